// One song in a media element, for where buffers cannot be: no Web Audio, very long recordings, little
// memory, or until the buffers are decoded. Nothing here waits without bound.
//
// A media element's currentTime is already the position that is heard: browsers subtract the output
// latency there, because pictures are synchronised to it. What they cannot know is the trim.

import { pause } from "../core/pause.js";
import { median } from "./context_clock.js";
import { BEGIN_AGAIN_BEYOND_MS, NEUTRAL, SEEK_BEYOND_MS, correctDrift } from "./drift.js";
import { findFailureReason, makePlaybackRefusal } from "./playback_failures.js";

const RUN_UP_MS = 350; // Long enough for a seek in a loaded song.
const SAMPLES = 9;
const SETTLE_MS = 300; // After a change of rate the element's clock needs a moment,
const START_SETTLE_MS = 1_000; // after a start a longer one: WebKit's stands still, and then jumps.
const WAIT_MS = 800; // An element may say nothing at all while it is paused.
const METADATA_MS = 6_000;
const PLAY_WITHIN_MS = 4_000;
const STANDS_MS = 1_500; // An element whose time has not moved for so long makes no sound.
const LATENCY_KEY = "andre.start_ms";
const LATENCY_AT_FIRST_MS = 90;
const MOST_STARTS = 3; // In one song, for the sake of being closer.
const REACH_SLACK_MS = 1_000;

// How late this device's elements begin after play(): learnt, and kept for the next visit.
let startLatencyMs = Number(localStorage.getItem(LATENCY_KEY) ?? LATENCY_AT_FIRST_MS);

// `trim()` is how late this device sounds, in ms.
export class ElementPlayer {
  #audio;
  #clock;
  #trim;
  #errors = [];
  #settledAt = 0;
  #isLearning = false;
  #starts = 0; // How often this song was begun in its middle.
  #reachMs = Infinity; // Where the recording itself ends, once that is known to be too soon.
  #lastHeardMs = 0;
  #moved = { time: 0, local: 0 };
  #attempt = 0; // Whatever awaits stops when another start or stop came in between.

  constructor(audio, { clock, trim }) {
    [this.#audio, this.#clock, this.#trim] = [audio, clock, trim];
    audio.preload = "auto";
    audio.preservesPitch = false; // Stretching time costs milliseconds that currentTime does not know of.
  }

  load(url) {
    this.stop();
    [this.#reachMs, this.#lastHeardMs, this.#starts] = [Infinity, 0, 0];
    this.#audio.src = url;
    this.#audio.load();
  }

  // Plays on the timeline from wherever it is by then. Throws a Refusal.
  async start(expected) {
    const mine = ++this.#attempt;
    const audio = this.#audio;
    this.#starts += 1;
    audio.pause();
    if (audio.readyState < 1 && !(await happens(audio, "loadedmetadata", METADATA_MS))) throw makePlaybackRefusal("unreachable");
    const target = Math.max(0, expected() + RUN_UP_MS);
    audio.currentTime = target / 1_000;
    if (audio.seeking) await happens(audio, "seeked", WAIT_MS);
    if (audio.readyState < 3) await happens(audio, "canplay", WAIT_MS);
    if (mine !== this.#attempt) return;
    await this.startWhen(() => target - expected(), mine);
    if (mine === this.#attempt) this.#checkReach(target);
  }

  // An element that is sent beyond the end of its recording begins at 0 instead.
  #checkReach(target) {
    if (this.measurePosition() > target - REACH_SLACK_MS) return;
    this.#reachMs = Math.min(this.#reachMs, target);
    this.stop();
  }

  // Begins where it stands on the moment when `untilMs()` reaches zero.
  async startWhen(untilMs, mine = ++this.#attempt) {
    const wait = untilMs() - startLatencyMs;
    if (wait > 0) await pause(wait);
    if (mine !== this.#attempt) return;
    this.#errors = [];
    this.#isLearning = true;
    this.#setRate(NEUTRAL);
    await playElement(this.#audio);
    this.#moved = { time: this.#audio.currentTime, local: this.#clock.local() };
    this.#settledAt = this.#clock.local() + START_SETTLE_MS;
  }

  // Looks once where the sound is and corrects it; true if only a new start can.
  follow(expected) {
    const audio = this.#audio;
    if (!audio.paused && !audio.ended) this.#lastHeardMs = this.measurePosition();
    if (audio.paused || audio.ended || audio.seeking) return false;
    if (audio.currentTime !== this.#moved.time) this.#moved = { time: audio.currentTime, local: this.#clock.local() };
    if (this.#clock.local() < this.#settledAt) return false;

    this.#errors = [...this.#errors, this.measurePosition() - expected()].slice(-SAMPLES);
    if (this.#errors.length < SAMPLES) return false;
    const error = median(this.#errors);
    const seekBeyond = this.#isLearning && this.#starts <= MOST_STARTS ? BEGIN_AGAIN_BEYOND_MS : SEEK_BEYOND_MS;
    const { seek, rate } = correctDrift(error, audio.playbackRate, measureNoise(this.#errors), { seekBeyond });
    this.#learnFrom(error);
    if (rate !== audio.playbackRate) this.#setRate(rate);
    return seek;
  }

  #learnFrom(error) {
    if (!this.#isLearning) return;
    this.#isLearning = false;
    if (Math.abs(error) > 2 * SEEK_BEYOND_MS) return;
    startLatencyMs = Math.max(0, startLatencyMs - error);
    localStorage.setItem(LATENCY_KEY, startLatencyMs.toFixed(1));
  }

  #setRate(rate) {
    if (this.#audio.playbackRate !== rate) this.#audio.playbackRate = rate;
    this.#errors = [];
    this.#settledAt = Math.max(this.#settledAt, this.#clock.local() + SETTLE_MS);
  }

  // The position that is heard now, in ms.
  measurePosition() {
    return this.#audio.currentTime * 1_000 - this.#trim();
  }

  // Whether the recording has no sound at this position, although its song goes on. An element that
  // has ended is not begun again: it would play its beginning.
  isOver(position) {
    if (this.#audio.ended) this.#reachMs = Math.min(this.#reachMs, this.#lastHeardMs);
    return position >= this.#reachMs;
  }

  // Whether all of it is here, so that its address is needed no more.
  isWhole() {
    const { buffered, duration } = this.#audio;
    return buffered.length === 1 && buffered.start(0) === 0 && buffered.end(0) >= duration - 0.1;
  }

  isSounding() {
    const { paused, ended } = this.#audio;
    return !paused && !ended && this.#clock.local() - this.#moved.local < STANDS_MS;
  }

  // How far it is ahead of its timeline, in ms; null before that is known.
  errorMs() {
    return this.#errors.length ? median(this.#errors) : null;
  }

  stop() {
    this.#attempt += 1;
    this.#audio.pause();
  }

  rewind() {
    this.stop();
    if (this.#audio.currentTime > 0) this.#audio.currentTime = 0;
  }

  setLoudness(wanted) {
    this.#audio.volume = Math.min(1, wanted);
    this.#audio.muted = wanted === 0; // Phones that leave the volume to their keys obey this one.
  }

  // Inside a gesture: lets iOS play this element later without one.
  allow() {
    this.#audio.load();
  }
}

async function playElement(audio) {
  try {
    const playing = audio.play();
    await Promise.race([playing, pause(PLAY_WITHIN_MS)]);
    playing?.catch(() => {}); // Beyond that, what is heard decides.
  } catch (fault) {
    if (fault.name === "AbortError") return; // Paused again before it began.
    if (fault.name !== "NotAllowedError") throw makePlaybackRefusal(await findFailureReason(audio));
    throw makePlaybackRefusal("gesture_needed");
  }
}

// Whether the event comes within this time. Throws a Refusal where the element fails meanwhile.
async function happens(audio, name, withinMs) {
  const ended = new AbortController();
  const came = new Promise((resolve, reject) => {
    audio.addEventListener(name, () => resolve(true), { signal: ended.signal });
    const fail = async () => reject(makePlaybackRefusal(await findFailureReason(audio)));
    audio.addEventListener("error", fail, { signal: ended.signal });
  });
  try {
    return await Promise.race([came, pause(withinMs).then(() => false)]);
  } finally {
    ended.abort();
  }
}

// How far single looks lie from their middle: the noise of the element's own clock.
function measureNoise(errors) {
  const middle = median(errors);
  return median(errors.map((error) => Math.abs(error - middle))) * 1.5;
}
