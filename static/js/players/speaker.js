// This page's loudspeaker: one AudioContext for all that is scheduled, and which of its seconds is
// heard when. Null where the browser has no Web Audio.

import { createContextClock } from "./contextclock.js";

const LOOK_EVERY_MS = 50;
const STANDS_MS = 1_000; // A context whose time has not moved for so long makes no sound.
const RESUME_WITHIN_MS = 1_500;
const PRESSED_RESUME_WITHIN_MS = 6_000; // After a press it will, be the machine ever so busy.
const REST_AFTER_MS = 300; // Whatever fades out is gone by then.
const HISTORY_KEY = "andre.latencies_ms";
const HISTORY = 9;
// Asked for its output latency, or for an output timestamp, which asks for the same, Firefox on Linux
// takes the lock that its sound's next turn waits for and waits for PulseAudio, which waits for that
// turn: the page stands still for good. In 8 of 18 first presses it did.
const FREEZES_WHEN_ASKED = /X11;.*Firefox\//;
const UNASKED_LATENCY_MS = 35; // As it was heard. What it told was between 1 and 100.

export function createSpeaker({ local, make = contextMaker(), agent = navigator.userAgent }) {
  if (!make) return null;
  const mayAsk = !FREEZES_WHEN_ASKED.test(agent);
  const heard = createContextClock({ history: readHistory(), untoldMs: mayAsk ? undefined : UNASKED_LATENCY_MS });
  let context = null;
  let carrier = null;
  let resting = 0;
  let isNoted = false; // Whether what this visit was told is kept for the next ones.
  let moved = { contextTime: 0, local: 0 };

  // Inside a gesture, or where the browser allows it without one.
  function wake() {
    if (!context) {
      context = make();
      setInterval(look, LOOK_EVERY_MS);
    }
    clearTimeout(resting);
    carrier ??= createCarrier();
    carrier.play();
    if (context.state !== "running") context.resume().catch(() => {}); // Whether it runs is looked at.
  }

  // Whether it makes sound soon; false where the browser waits for a press.
  async function isAwake() {
    wake();
    const wasPressed = navigator.userActivation?.hasBeenActive ?? true;
    const end = local() + (wasPressed ? PRESSED_RESUME_WITHIN_MS : RESUME_WITHIN_MS);
    while ((context.state !== "running" || !heard.isReady()) && local() < end) await pause(LOOK_EVERY_MS / 2);
    return context.state === "running";
  }

  // Nothing is to be heard for a while: neither the processor nor the lock screen needs to know of us.
  function rest() {
    carrier?.pause();
    clearTimeout(resting);
    resting = setTimeout(() => context?.suspend(), REST_AFTER_MS);
  }

  function look() {
    const now = local();
    const { currentTime: contextTime } = context;
    if (contextTime !== moved.contextTime) moved = { contextTime, local: now };
    if (context.state !== "running") return heard.forget();
    heard.learn({ local: now, contextTime, ...askLatency() });
    return note();
  }

  function askLatency() {
    if (!mayAsk) return { output: null, outputLatency: undefined };
    return { output: context.getOutputTimestamp?.() ?? null, outputLatency: context.outputLatency };
  }

  function note() {
    const { source, told } = heard.latency();
    if (isNoted || source !== "told" || !heard.isReady()) return;
    isNoted = true;
    localStorage.setItem(HISTORY_KEY, JSON.stringify([...readHistory(), Math.round(told)].slice(-HISTORY)));
  }

  function isRunning() {
    return context?.state === "running" && local() - moved.local < STANDS_MS;
  }

  return {
    wake,
    isAwake,
    isRunning,
    rest,
    context: () => context,
    now: () => context.currentTime,
    heardAt: heard.heardAt,
    localOf: heard.localOf,
    latency: heard.latency,
  };
}

function readHistory() {
  const kept = JSON.parse(localStorage.getItem(HISTORY_KEY) ?? "[]");
  return Array.isArray(kept) ? kept.filter(Number.isFinite) : [];
}

function contextMaker() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  return Context ? () => new Context({ latencyHint: "playback" }) : null;
}

// A recording of almost nothing, in a media element. With one of these playing, phones go on with
// their screen locked and their ringer off, and the media keys find this page.
function createCarrier() {
  if (navigator.audioSession) navigator.audioSession.type = "playback";
  const audio = new Audio(URL.createObjectURL(almostSilent()));
  audio.loop = true;
  return {
    play: () => audio.play().catch(() => {}), // Refused without a press: only the extras are missing.
    pause: () => audio.pause(),
  };
}

const CARRIER_RATE = 8_000;
const CARRIER_SECONDS = 6; // Shorter ones are taken for an alert and get no media keys.

// A WAV file whose samples are the smallest there are.
function almostSilent() {
  const samples = Int16Array.from({ length: CARRIER_RATE * CARRIER_SECONDS }, (_, at) => at & 1);
  const head = new DataView(new ArrayBuffer(44));
  const word = (at, text) => [...text].forEach((letter, each) => head.setUint8(at + each, letter.charCodeAt(0)));
  word(0, "RIFF");
  head.setUint32(4, 36 + samples.byteLength, true);
  word(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, CARRIER_RATE, true);
  head.setUint32(28, CARRIER_RATE * 2, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  word(36, "data");
  head.setUint32(40, samples.byteLength, true);
  return new Blob([head.buffer, samples.buffer], { type: "audio/wav" });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
