// One <audio> element with one song: loaded ahead, started on a moment, kept on its timeline.
// The song's timeline is a function `expected()`: the position in ms that should be heard now.
//
// A media element's currentTime is already the position that is heard: browsers subtract the
// output latency there (it is what pictures are synchronised to), so adding
// AudioContext.outputLatency would count it twice. What they cannot know is the trim.

import { Refusal } from "../refusal.js";
import { JUST_BEGUN, JUST_BEGUN_INSIDE, SEEK_BEYOND_MS, UNDER_WAY, median, steer } from "./drift.js";
import { reasonOf, refusalOf } from "./failures.js";

const RUN_UP_MS = 350; // Long enough for a seek in a loaded song.
const RENEW_TOKEN_BEFORE_MS = 15_000;
const SAMPLES = 5;
const SAMPLES_WHILE_NUDGING = 3;
const SETTLE_MS = 250; // After a change of rate the element's clock needs a moment,
const START_SETTLE_MS = 400; // after a start a longer one: it finds its output latency only then.
const LATENCY_KEY = "andre.start_ms";
const LATENCY_AT_FIRST_MS = 90;
const REACH_SLACK_MS = 1_000;

// How late this device's elements begin after play(): learnt, and kept for the next visit.
let startLatencyMs = Number(localStorage.getItem(LATENCY_KEY) ?? LATENCY_AT_FIRST_MS);

export function createDeck(audio, { fetchMedia, clock, trim = () => 0 }) {
  let song = null;
  let media = null;
  let errors = [];
  let settledAt = 0;
  let learning = false;
  let startsInside = 0; // How often this song was begun in its middle.
  let reachMs = Infinity; // Where the recording itself ends, once that is known to be too soon.
  let lastHeardMs = 0;
  let volume = 1;
  let attempt = 0; // Whatever awaits stops when another start or stop came in between.

  audio.preload = "auto";
  audio.preservesPitch = false; // Nudges are inaudible as pitch; stretching time costs milliseconds.
  audio.addEventListener("error", () => {
    media = null;
  });

  async function load(wanted) {
    if (song?.song_id === wanted.song_id && media) return;
    stop();
    song = wanted;
    startsInside = 0;
    reachMs = Infinity;
    lastHeardMs = 0;
    level();
    await renew();
  }

  // Loud recordings are turned down to the others.
  function level() {
    audio.volume = volume * 10 ** ((song?.gain_db ?? 0) / 20);
  }

  async function renew() {
    const wanted = song;
    const fetched = await fetchMedia(wanted);
    if (song !== wanted) return;
    media = fetched;
    audio.src = fetched.url;
    audio.load();
  }

  // Plays on the timeline from wherever it is by then.
  async function start(expected) {
    const mine = ++attempt;
    startsInside += 1;
    audio.pause();
    await freshMedia();
    const target = Math.max(0, expected() + RUN_UP_MS);
    await seekTo(target);
    if (mine !== attempt) return;
    await startWhen(() => target - expected(), mine);
    if (mine === attempt) checkReach(target);
  }

  // An element that is sent beyond the end of its recording begins at 0 instead.
  function checkReach(target) {
    if (heard() > target - REACH_SLACK_MS) return;
    reachMs = Math.min(reachMs, target);
    stop();
  }

  // Begins at 0 on the moment when `untilMs()` reaches zero.
  async function startWhen(untilMs, mine = ++attempt) {
    const wait = untilMs() - startLatencyMs;
    if (wait > 0) await pause(wait);
    if (mine !== attempt) return;
    errors = [];
    learning = true;
    setRate(1);
    settledAt = clock.local() + START_SETTLE_MS;
    await playAloud();
  }

  async function playAloud() {
    try {
      await audio.play();
    } catch (fault) {
      if (fault.name === "AbortError") return; // Paused again before it began.
      if (fault.name !== "NotAllowedError") throw refusalOf(await reasonOf(audio));
      throw new Refusal({ error: "gesture_needed", message: "The browser waits for a press before it plays." });
    }
  }

  async function seekTo(ms) {
    audio.currentTime = ms / 1000;
    if (audio.seeking) await event("seeked");
    if (audio.readyState < 3) await event("canplay");
  }

  function event(name) {
    const gone = new AbortController();
    return new Promise((resolve, reject) => {
      audio.addEventListener(name, resolve, { signal: gone.signal });
      const fail = async () => reject(refusalOf(await reasonOf(audio)));
      audio.addEventListener("error", fail, { signal: gone.signal });
    }).finally(() => gone.abort());
  }

  async function freshMedia() {
    const expiresSoon = media && media.expires_at_ms - clock.now() < RENEW_TOKEN_BEFORE_MS;
    if (!media || (expiresSoon && !isWhole())) await renew();
    if (audio.readyState < 1) await event("loadedmetadata");
  }

  function isWhole() {
    const { buffered, duration } = audio;
    return buffered.length === 1 && buffered.start(0) === 0 && buffered.end(0) >= duration - 0.1;
  }

  // Looks once where the sound is and corrects it; true if only a new start can.
  function follow(expected) {
    if (!audio.paused && !audio.ended) lastHeardMs = heard();
    if (audio.paused || audio.ended || audio.seeking || clock.local() < settledAt) return false;

    const nudging = audio.playbackRate !== 1;
    const wanted = nudging ? SAMPLES_WHILE_NUDGING : SAMPLES;
    errors = [...errors, heard() - expected()].slice(-wanted);
    if (errors.length < wanted) return false;

    const error = median(errors);
    const { seek, rate } = steer(error, audio.playbackRate, bounds());
    learnFrom(error);
    if (rate !== audio.playbackRate) setRate(rate);
    return seek;
  }

  function bounds() {
    if (!learning) return UNDER_WAY;
    return startsInside === 1 ? JUST_BEGUN_INSIDE : JUST_BEGUN;
  }

  function learnFrom(error) {
    if (!learning) return;
    learning = false;
    if (Math.abs(error) > SEEK_BEYOND_MS) return;
    startLatencyMs = Math.max(0, startLatencyMs - error);
    localStorage.setItem(LATENCY_KEY, startLatencyMs.toFixed(1));
  }

  function setRate(rate) {
    if (audio.playbackRate !== rate) audio.playbackRate = rate;
    errors = [];
    settledAt = Math.max(settledAt, clock.local() + (rate === 1 ? SETTLE_MS : 0));
  }

  function heard() {
    return audio.currentTime * 1000 - trim();
  }

  // Whether the recording has no sound at this position, although its song goes on. An element that
  // has ended is not begun again: it would play its beginning.
  function isOver(position) {
    if (audio.ended) reachMs = Math.min(reachMs, lastHeardMs);
    return position >= reachMs;
  }

  function stop() {
    attempt += 1;
    audio.pause();
  }

  function rewind() {
    stop();
    if (audio.currentTime > 0) audio.currentTime = 0;
  }

  return {
    load,
    start,
    startWhen,
    follow,
    isOver,
    stop,
    rewind,
    heard,
    songId: () => song?.song_id ?? null,
    isSounding: () => !audio.paused && !audio.ended,
    errorMs: () => (errors.length ? median(errors) : null),
    setVolume: (wanted) => {
      volume = wanted;
      level();
    },
    allow: () => audio.load(), // Inside a gesture: lets iOS play this element later without one.
  };
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
