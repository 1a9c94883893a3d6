// One song in a media element, for where buffers cannot be: no Web Audio, very long recordings, little
// memory, or until the buffers are decoded. Nothing here waits without bound.
//
// A media element's currentTime is already the position that is heard: browsers subtract the output
// latency there, because pictures are synchronised to it. What they cannot know is the trim.

import { Refusal } from "../refusal.js";
import { median } from "./contextclock.js";
import { BEGIN_AGAIN_BEYOND_MS, NEUTRAL, SEEK_BEYOND_MS, steer } from "./drift.js";
import { reasonOf, refusalOf } from "./failures.js";

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

export function createElementReel(audio, { clock, trim }) {
  let errors = [];
  let settledAt = 0;
  let learning = false;
  let starts = 0; // How often this song was begun in its middle.
  let reachMs = Infinity; // Where the recording itself ends, once that is known to be too soon.
  let lastHeardMs = 0;
  let moved = { time: 0, local: 0 };
  let attempt = 0; // Whatever awaits stops when another start or stop came in between.

  audio.preload = "auto";
  audio.preservesPitch = false; // Stretching time costs milliseconds that currentTime does not know of.

  function load(url) {
    stop();
    [reachMs, lastHeardMs, starts] = [Infinity, 0, 0];
    audio.src = url;
    audio.load();
  }

  // Plays on the timeline from wherever it is by then.
  async function start(expected) {
    const mine = ++attempt;
    starts += 1;
    audio.pause();
    if (audio.readyState < 1 && !(await happens("loadedmetadata", METADATA_MS))) throw refusalOf("unreachable");
    const target = Math.max(0, expected() + RUN_UP_MS);
    audio.currentTime = target / 1_000;
    if (audio.seeking) await happens("seeked", WAIT_MS);
    if (audio.readyState < 3) await happens("canplay", WAIT_MS);
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

  // Begins where it stands on the moment when `untilMs()` reaches zero.
  async function startWhen(untilMs, mine = ++attempt) {
    const wait = untilMs() - startLatencyMs;
    if (wait > 0) await pause(wait);
    if (mine !== attempt) return;
    errors = [];
    learning = true;
    setRate(NEUTRAL);
    await play();
    moved = { time: audio.currentTime, local: clock.local() };
    settledAt = clock.local() + START_SETTLE_MS;
  }

  async function play() {
    try {
      const playing = audio.play();
      await Promise.race([playing, pause(PLAY_WITHIN_MS)]);
      playing?.catch(() => {}); // Beyond that, what is heard decides.
    } catch (fault) {
      if (fault.name === "AbortError") return; // Paused again before it began.
      if (fault.name !== "NotAllowedError") throw refusalOf(await reasonOf(audio));
      throw new Refusal({ error: "gesture_needed", message: "The browser waits for a press before it plays." });
    }
  }

  // Whether it comes within this time. Throws where the element fails meanwhile.
  async function happens(name, withinMs) {
    const gone = new AbortController();
    const came = new Promise((resolve, reject) => {
      audio.addEventListener(name, () => resolve(true), { signal: gone.signal });
      const fail = async () => reject(refusalOf(await reasonOf(audio)));
      audio.addEventListener("error", fail, { signal: gone.signal });
    });
    try {
      return await Promise.race([came, pause(withinMs).then(() => false)]);
    } finally {
      gone.abort();
    }
  }

  // Looks once where the sound is and corrects it; true if only a new start can.
  function follow(expected) {
    if (!audio.paused && !audio.ended) lastHeardMs = heard();
    if (audio.paused || audio.ended || audio.seeking) return false;
    watch();
    if (clock.local() < settledAt) return false;

    errors = [...errors, heard() - expected()].slice(-SAMPLES);
    if (errors.length < SAMPLES) return false;
    const seekBeyond = learning && starts <= MOST_STARTS ? BEGIN_AGAIN_BEYOND_MS : SEEK_BEYOND_MS;
    const { seek, rate } = steer(median(errors), audio.playbackRate, noiseOf(errors), { seekBeyond });
    learnFrom(median(errors));
    if (rate !== audio.playbackRate) setRate(rate);
    return seek;
  }

  function watch() {
    if (audio.currentTime !== moved.time) moved = { time: audio.currentTime, local: clock.local() };
  }

  function learnFrom(error) {
    if (!learning) return;
    learning = false;
    if (Math.abs(error) > 2 * SEEK_BEYOND_MS) return;
    startLatencyMs = Math.max(0, startLatencyMs - error);
    localStorage.setItem(LATENCY_KEY, startLatencyMs.toFixed(1));
  }

  function setRate(rate) {
    if (audio.playbackRate !== rate) audio.playbackRate = rate;
    errors = [];
    settledAt = Math.max(settledAt, clock.local() + SETTLE_MS);
  }

  function heard() {
    return audio.currentTime * 1_000 - trim();
  }

  // Whether the recording has no sound at this position, although its song goes on. An element that
  // has ended is not begun again: it would play its beginning.
  function isOver(position) {
    if (audio.ended) reachMs = Math.min(reachMs, lastHeardMs);
    return position >= reachMs;
  }

  function isWhole() {
    const { buffered, duration } = audio;
    return buffered.length === 1 && buffered.start(0) === 0 && buffered.end(0) >= duration - 0.1;
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
    isWhole,
    isSounding: () => !audio.paused && !audio.ended && clock.local() - moved.local < STANDS_MS,
    errorMs: () => (errors.length ? median(errors) : null),
    setLoudness: (wanted) => {
      audio.volume = Math.min(1, wanted);
      audio.muted = wanted === 0; // Phones that leave the volume to their keys obey this one.
    },
    allow: () => audio.load(), // Inside a gesture: lets iOS play this element later without one.
  };
}

// How far single looks lie from their middle: the noise of the element's own clock.
function noiseOf(errors) {
  const middle = median(errors);
  return median(errors.map((error) => Math.abs(error - middle))) * 1.5;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
