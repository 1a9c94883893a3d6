// Plays the library's recordings on the nest's clock: one deck sounds, the other holds the next
// song ready and starts it on its moment, whether or not the network says so in time.

import { Refusal } from "../refusal.js";
import { positionAt, upNext } from "../playback.js";
import { createDeck } from "./deck.js";
import { SEEK_BEYOND_MS } from "./drift.js";
import { refusalOf } from "./failures.js";

const LOOK_EVERY_MS = 50;
const TELL_EVERY_MS = 1_000;
const PREPARE_BEFORE_MS = 20_000;
const HAND_OVER_BEFORE_MS = 2_000;
const TRY_AGAIN_MS = 3_000;
const TOO_LATE_TO_START_MS = 500; // A song that is all but over is not begun again.
const TOO_SHORT_BY_MS = 2_000; // Less than this nobody misses, and lengths are told in seconds.
const SILENT_AFTER_MS = 2_000;
const FIRST_RETRY_MS = 6_000;
const LAST_RETRY_MS = 48_000;
const HEARD = { since: null, retry: FIRST_RETRY_MS };
const NONE = { song_id: null, until: 0 };

// `report(song, refusal, positionMs)` tells the nest what cannot be played here (failures.js).
export function createLibraryPlayer({ store, clock, fetchMedia, elements, speaker, trim, report, standsIn = () => false }) {
  let [current, next] = elements.map((audio) => createDeck(audio, { fetchMedia, clock, speaker, trim }));
  let listening = false;
  let starting = null; // song id whose start is under way
  let preparing = null; // song id that the other deck is to hold
  let handover = null; // {song_id, starts_at_ms}: the other deck will start, or has started, by itself
  let failure = NONE;
  let toldAt = 0;
  let quiet = HEARD;
  let version = null;
  const missing = new Set(); // tracks from elsewhere that the library does not have

  // Must be called inside a gesture; tries again where the browser refused to play without one.
  function listen() {
    speaker?.wake();
    current.allow();
    next.allow();
    forget();
    resume();
  }

  function resume() {
    listening = true;
    quiet = HEARD;
    speaker?.wake();
    tellDevice({ listening: "starting", trouble: null, silent: false, starved: false });
    look();
  }

  function stop() {
    listening = false;
    hush();
    speaker?.rest();
    tellDevice({ listening: "off", error_ms: null, trouble: null, silent: false });
  }

  function forget() {
    hush();
    failure = NONE;
  }

  function hush() {
    starting = preparing = handover = null;
    current.stop();
    next.rewind();
  }

  // Everything that must be so now, given what the store says: called often, does mostly nothing.
  function look() {
    const { nest, connection } = store.state();
    if (listening && connection.status === "ended") return stop();
    if (!listening || !nest || Number.isNaN(clock.now())) return;

    const { song, playback } = nest;
    if (song && plays(song) && playback.is_playing) watch(song, playback);
    if (isLeftAlone(song)) return;
    if (song && !plays(song)) return leaveToOthers();
    if (!song) return rest();
    takeOver(song, playback);
    if (!playback.is_playing) return rest();
    keepPlaying(song, playback);
    prepareNext(nest);
    tellHowWell();
  }

  // Whatever the reason: a device without sound for two seconds says so, and tries again, ever less often.
  function watch(song, playback) {
    if (sounding().isSounding() || current.isOver(positionAt(playback, clock.now()))) {
      quiet = HEARD;
      return tellDevice({ silent: false });
    }
    quiet = { ...quiet, since: quiet.since ?? clock.local() };
    const passed = clock.local() - quiet.since;
    if (passed > SILENT_AFTER_MS) tellDevice({ silent: true, error_ms: null, starved: current.isStarved() });
    if (passed > quiet.retry && !current.isStarved()) {
      quiet = { ...quiet, retry: passed + Math.min(quiet.retry, LAST_RETRY_MS) };
      begin(song);
    }
    return null;
  }

  // What has just failed is, for a while; another song is tried at once.
  function isLeftAlone(song) {
    if (failure.song_id === (song?.song_id ?? null)) return clock.local() < failure.until;
    if (failure !== NONE) tellDevice({ trouble: null });
    failure = NONE;
    return false;
  }

  // Its own songs, and the same recordings of songs that this listener cannot hear otherwise.
  function plays(song) {
    return song.src === "library" || (standsIn(song) && !missing.has(song.trackid));
  }

  // How well another player keeps time is that one's to tell.
  function leaveToOthers() {
    if (current.isSounding() || next.isSounding() || starting) hush();
    quiet = HEARD;
    tellDevice({ listening: "on", silent: false });
  }

  function rest() {
    if (current.isSounding() || next.isSounding() || starting) hush();
    quiet = HEARD;
    tellDevice({ listening: "on", error_ms: null, silent: false });
  }

  // The nest went on to another song: the other deck has it, at best already sounding.
  function takeOver(song, playback) {
    if (current.songId() !== song.song_id && next.songId() === song.song_id) {
      current.stop();
      [current, next] = [next, current];
      starting = preparing = handover = null;
    }
    if (playback.version === version) return;
    version = playback.version;
    if (handover && handover.starts_at_ms !== playback.ends_at_ms) cancelHandover();
    if (current.isSounding() && isFarOff(playback)) current.stop();
  }

  function isFarOff(playback) {
    return Math.abs(current.heard() - positionAt(playback, clock.now())) > SEEK_BEYOND_MS;
  }

  function keepPlaying(song, playback) {
    const expected = () => positionAt(playback, clock.now());
    if (starting === song.song_id) return;
    if (current.songId() === song.song_id && current.isSounding()) {
      if (current.follow(() => expectedNow())) begin(song);
      return;
    }
    const left = playback.duration_ms - expected();
    if (current.songId() === song.song_id && current.isOver(expected())) {
      if (left > TOO_SHORT_BY_MS) failed(refusalOf("ended_early"), song);
    } else if (handover === null && left > TOO_LATE_TO_START_MS) begin(song);
    if (handover && next.isSounding()) next.follow(() => clock.now() - handover.starts_at_ms);
  }

  // Unclamped at the end, so that a song's last moments are not taken for being ahead.
  function expectedNow() {
    const { playback } = store.state().nest;
    return playback.duration_ms - (playback.ends_at_ms - clock.now());
  }

  async function begin(song) {
    starting = song.song_id;
    try {
      await current.load(song);
      tellDevice({ instead: song.src !== "library" });
      await current.start(expectedNow);
    } catch (refusal) {
      if (refusal.error === "track_not_found" && song.src !== "library") doWithout(song);
      else failed(refusal, song);
    }
    if (starting === song.song_id) starting = null;
  }

  // Nothing stands in for it, which is no trouble: this page is silent for a song.
  function doWithout(song) {
    missing.add(song.trackid);
    tellDevice({ instead: false, trouble: null });
  }

  function failed(refusal, song) {
    if (!(refusal instanceof Refusal)) throw refusal;
    report(song, refusal, expectedNow());
    failure = { song_id: song.song_id, until: clock.local() + TRY_AGAIN_MS };
    if (refusal.error === "gesture_needed") {
      listening = false;
      tellDevice({ listening: "off", error_ms: null });
    } else {
      tellDevice({ listening: "on", error_ms: null, trouble: refusal.message });
    }
  }

  function prepareNext({ queue, playback }) {
    const left = playback.ends_at_ms - clock.now();
    const [follower] = upNext(queue, playback.locked_song_id);
    if (!follower || !plays(follower) || left > PREPARE_BEFORE_MS || left < 0) return;

    if (preparing !== follower.song_id) prepare(follower);
    const isReady = handover === null && next.songId() === follower.song_id;
    if (isReady && left < HAND_OVER_BEFORE_MS) handOver(follower, playback.ends_at_ms);
  }

  async function prepare(song) {
    preparing = song.song_id;
    cancelHandover();
    try {
      await next.load(song);
      next.rewind();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setTimeout(() => {
        preparing = null; // Not the next song yet, in the server's eyes; ask again.
      }, TRY_AGAIN_MS);
    }
  }

  async function handOver(song, startsAt) {
    handover = { song_id: song.song_id, starts_at_ms: startsAt };
    try {
      await next.startWhen(() => startsAt - clock.now());
    } catch (refusal) {
      failed(refusal, song);
    }
  }

  function cancelHandover() {
    if (handover) next.rewind();
    handover = null;
  }

  function tellHowWell() {
    if (clock.local() - toldAt < TELL_EVERY_MS || !current.isSounding()) return;
    toldAt = clock.local();
    const error = current.errorMs();
    if (error !== null) tellDevice({ listening: "on", error_ms: error, trouble: null });
  }

  function tellDevice(patch) {
    const { device } = store.state();
    const changed = Object.entries(patch).some(([name, value]) => device[name] !== value);
    if (changed) store.set({ device: { ...device, ...patch } });
  }

  function setVolume(volume) {
    current.setVolume(volume);
    next.setVolume(volume);
  }

  const sounding = () => (handover && next.isSounding() && !current.isSounding() ? next : current);

  setInterval(look, LOOK_EVERY_MS);
  return {
    listen,
    resume,
    stop,
    look,
    setVolume,
    isListening: () => listening,
    // The position of what is really heard, in ms; null in silence.
    position: () => (sounding().isSounding() ? sounding().heard() : null),
    songId: () => (sounding().isSounding() ? sounding().songId() : null),
    errorMs: () => sounding().errorMs(),
  };
}
