// Plays the recordings of the library and of a music server on the nest's clock: one deck sounds, the other holds the next
// song ready and starts it on its moment, whether or not the network says so in time.

import { isOurs } from "../core/provider_links.js";
import { Refusal } from "../core/refusal.js";
import { computePosition } from "../playback/timeline.js";
import { Deck } from "./deck.js";
import { updateDevice } from "./device_state.js";
import { SEEK_BEYOND_MS } from "./drift.js";
import { NextSong } from "./next_song.js";
import { makePlaybackRefusal } from "./playback_failures.js";
import { SilenceWatch } from "./silence_watch.js";

const LOOK_EVERY_MS = 50;
const REPORT_EVERY_MS = 1_000;
const TRY_AGAIN_MS = 3_000;
const TOO_LATE_TO_START_MS = 500; // A song that is all but over is not begun again.
const TOO_SHORT_BY_MS = 2_000; // Less than this nobody misses, and lengths are told in seconds.
const NO_FAILURE = { song_id: null, until: 0 };

// `report(song, refusal, positionMs)` tells the nest what cannot be played here (playback_failures.js).
// `isSubstitute(song)`: whether the library's own recording may take the place of a song from elsewhere.
export class LibraryPlayer {
  #store;
  #clock;
  #speaker;
  #quality; // stream_quality.js
  #report;
  #isSubstitute;
  #current; // The deck that sounds.
  #next; // The other one, with what follows: next_song.js
  #silence;
  #isListening = false;
  #starting = null; // song id whose start is under way
  #failure = NO_FAILURE;
  #reportedAt = 0;
  #version = null;
  #missing = new Set(); // tracks from elsewhere that the library does not have

  constructor({ store, clock, fetchMedia, elements, speaker, trim, quality, report, isSubstitute = () => false }) {
    [this.#store, this.#clock, this.#speaker] = [store, clock, speaker];
    [this.#report, this.#isSubstitute] = [report, isSubstitute];
    const [current, next] = elements.map((audio) => new Deck(audio, { fetchMedia, clock, speaker, trim, quality }));
    this.#quality = quality;
    this.#current = current;
    this.#next = new NextSong(next, clock);
    this.#silence = new SilenceWatch(clock.local);
    setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  // Must be called inside a gesture; tries again where the browser refused to play without one.
  listen() {
    this.#speaker?.wake();
    this.#current.allow();
    this.#next.deck.allow();
    this.#quieten();
    this.#failure = NO_FAILURE;
    this.resume();
  }

  resume() {
    this.#isListening = true;
    this.#silence.reset();
    this.#speaker?.wake();
    this.#update({ listening: "starting", trouble: null, silent: false, starved: false });
    this.look();
  }

  stop() {
    this.#isListening = false;
    this.#quieten();
    this.#speaker?.rest();
    this.#update({ listening: "off", error_ms: null, trouble: null, silent: false });
  }

  #quieten() {
    this.#starting = null;
    this.#current.stop();
    this.#next.clear();
  }

  // Everything that must be so now, given what the store says: called often, does mostly nothing.
  look() {
    const { nest, connection } = this.#store.state();
    if (this.#isListening && connection.status === "ended") return this.stop();
    if (!this.#isListening || !nest || Number.isNaN(this.#clock.now())) return;

    const { song, playback } = nest;
    if (song && this.#plays(song) && playback.is_playing) this.#watchForSilence(song, playback);
    if (this.#isLeftAlone(song)) return;
    if (song && !this.#plays(song)) return this.#rest({ listening: "on", silent: false }); // Another player's song.
    if (!song) return this.#rest();
    this.#takeOver(song, playback);
    if (!playback.is_playing) return this.#rest();
    this.#current.heedQuality();
    this.#keepPlaying(song, playback);
    this.#next.prepare(nest, { plays: (each) => this.#plays(each), fail: (...why) => this.#fail(...why) });
    this.#reportError();
  }

  // Whatever the reason: a device without sound says so, and tries again, ever less often.
  #watchForSilence(song, playback) {
    const isDone = this.#current.isOver(computePosition(playback, this.#clock.now()));
    if (this.#sounding().isSounding() || isDone) {
      this.#silence.reset();
      return this.#update({ silent: false });
    }
    const starved = this.#current.isStarved();
    const { isSilent, isDue } = this.#silence.look();
    if (isSilent) this.#update({ silent: true, error_ms: null, starved });
    if (isSilent && starved) this.#quality.noteSlow();
    if (isDue && !starved) {
      this.#silence.postpone();
      this.#begin(song);
    }
    return null;
  }

  // What has just failed is, for a while; another song is tried at once.
  #isLeftAlone(song) {
    if (this.#failure.song_id === (song?.song_id ?? null)) return this.#clock.local() < this.#failure.until;
    if (this.#failure !== NO_FAILURE) this.#update({ trouble: null });
    this.#failure = NO_FAILURE;
    return false;
  }

  // Its own songs, and the same recordings of songs that this listener cannot hear otherwise.
  #plays(song) {
    return isOurs(song) || (this.#isSubstitute(song) && !this.#missing.has(song.trackid));
  }

  #rest(device = { listening: "on", error_ms: null, silent: false }) {
    if (this.#current.isSounding() || this.#next.deck.isSounding() || this.#starting) this.#quieten();
    this.#silence.reset();
    this.#update(device);
  }

  // The nest went on to another song: the other deck has it, at best already sounding.
  #takeOver(song, playback) {
    if (this.#current.songId() !== song.song_id && this.#next.deck.songId() === song.song_id) {
      this.#current.stop();
      this.#current = this.#next.exchange(this.#current);
      this.#starting = null;
    }
    if (playback.version === this.#version) return;
    this.#version = playback.version;
    this.#next.cancelUnlessAt(playback.ends_at_ms);
    if (this.#current.isSounding() && this.#isFarOff(playback)) this.#current.stop();
  }

  #isFarOff(playback) {
    return Math.abs(this.#current.measurePosition() - computePosition(playback, this.#clock.now())) > SEEK_BEYOND_MS;
  }

  #keepPlaying(song, playback) {
    if (this.#starting === song.song_id) return;
    const isCurrent = this.#current.songId() === song.song_id;
    if (isCurrent && this.#current.isSounding()) {
      if (this.#current.follow(() => this.#expectedMs())) this.#begin(song);
      return;
    }
    const position = computePosition(playback, this.#clock.now());
    const left = playback.duration_ms - position;
    if (isCurrent && this.#current.isOver(position)) {
      if (left > TOO_SHORT_BY_MS) this.#fail(makePlaybackRefusal("ended_early"), song);
    } else if (!this.#next.isDue() && left > TOO_LATE_TO_START_MS) this.#begin(song);
    this.#next.follow();
  }

  // Unclamped at the end, so that a song's last moments are not taken for being ahead.
  #expectedMs() {
    const { playback } = this.#store.state().nest;
    return playback.duration_ms - (playback.ends_at_ms - this.#clock.now());
  }

  async #begin(song) {
    this.#starting = song.song_id;
    try {
      await this.#current.load(song);
      this.#update({ instead: !isOurs(song) });
      await this.#current.start(() => this.#expectedMs());
    } catch (refusal) {
      if (!this.#isListening) return; // Silenced meanwhile: what failed is nobody's trouble.
      if (refusal.error === "track_not_found" && !isOurs(song)) this.#doWithout(song);
      else this.#fail(refusal, song);
    }
    if (this.#starting === song.song_id) this.#starting = null;
  }

  // Nothing takes its place, which is no trouble: this page is silent for a song.
  #doWithout(song) {
    this.#missing.add(song.trackid);
    this.#update({ instead: false, trouble: null });
  }

  #fail(refusal, song) {
    if (!(refusal instanceof Refusal)) throw refusal;
    this.#report(song, refusal, this.#expectedMs());
    this.#failure = { song_id: song.song_id, until: this.#clock.local() + TRY_AGAIN_MS };
    if (refusal.error === "gesture_needed") {
      this.#isListening = false;
      this.#update({ listening: "off", error_ms: null });
    } else {
      this.#update({ listening: "on", error_ms: null, trouble: refusal.message });
    }
  }

  #reportError() {
    if (this.#clock.local() - this.#reportedAt < REPORT_EVERY_MS || !this.#current.isSounding()) return;
    this.#reportedAt = this.#clock.local();
    const error = this.#current.errorMs();
    if (error !== null) this.#update({ listening: "on", error_ms: error, trouble: null });
  }

  #update(patch) {
    updateDevice(this.#store, patch);
  }

  #sounding() {
    const next = this.#next.deck;
    return this.#next.isDue() && next.isSounding() && !this.#current.isSounding() ? next : this.#current;
  }

  setVolume(volume) {
    this.#current.setVolume(volume);
    this.#next.deck.setVolume(volume);
  }

  isListening() {
    return this.#isListening;
  }

  // The position of what is really heard, in ms; null in silence.
  position() {
    const deck = this.#sounding();
    return deck.isSounding() ? deck.measurePosition() : null;
  }

  songId() {
    const deck = this.#sounding();
    return deck.isSounding() ? deck.songId() : null;
  }

  errorMs() {
    return this.#sounding().errorMs();
  }
}
