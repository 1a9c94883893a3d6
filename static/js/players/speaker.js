// This page's loudspeaker: one AudioContext for all that is scheduled, and which of its seconds is
// heard when.

import { pause } from "../core/pause.js";
import { createContextClock } from "./context_clock.js";
import { createCarrier } from "./silent_carrier.js";

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

// Null where the browser has no Web Audio.
export function createSpeaker({ local, make = findContextMaker(), agent = navigator.userAgent }) {
  return make ? new Speaker({ local, make, agent }) : null;
}

class Speaker {
  #local;
  #make;
  #mayAsk;
  #heard;
  #context = null;
  #carrier = null;
  #resting = 0;
  #isNoted = false; // Whether what this visit was told is kept for the next ones.
  #moved = { contextTime: 0, local: 0 };

  constructor({ local, make, agent }) {
    [this.#local, this.#make] = [local, make];
    this.#mayAsk = !FREEZES_WHEN_ASKED.test(agent);
    const untoldMs = this.#mayAsk ? undefined : UNASKED_LATENCY_MS;
    this.#heard = createContextClock({ history: readHistory(), untoldMs });
  }

  // Inside a gesture, or where the browser allows it without one.
  wake() {
    if (!this.#context) {
      this.#context = this.#make();
      setInterval(() => this.#look(), LOOK_EVERY_MS);
    }
    clearTimeout(this.#resting);
    this.#carrier ??= createCarrier();
    this.#carrier.play();
    if (this.#context.state !== "running") this.#context.resume().catch(() => {}); // Whether it runs is looked at.
  }

  // Whether it makes sound soon; false where the browser waits for a press.
  async isAwake() {
    this.wake();
    const wasPressed = navigator.userActivation?.hasBeenActive ?? true;
    const end = this.#local() + (wasPressed ? PRESSED_RESUME_WITHIN_MS : RESUME_WITHIN_MS);
    while (!this.#isReady() && this.#local() < end) await pause(LOOK_EVERY_MS / 2);
    return this.#context.state === "running";
  }

  #isReady() {
    return this.#context.state === "running" && this.#heard.isReady();
  }

  // Nothing is to be heard for a while: neither the processor nor the lock screen needs to know of us.
  rest() {
    this.#carrier?.pause();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#context?.suspend(), REST_AFTER_MS);
  }

  #look() {
    const local = this.#local();
    const { currentTime: contextTime, state } = this.#context;
    if (contextTime !== this.#moved.contextTime) this.#moved = { contextTime, local };
    if (state !== "running") return this.#heard.forget();
    this.#heard.learn({ local, contextTime, ...this.#askLatency() });
    return this.#noteLatency();
  }

  #askLatency() {
    if (!this.#mayAsk) return { output: null, outputLatency: undefined };
    const context = this.#context;
    return { output: context.getOutputTimestamp?.() ?? null, outputLatency: context.outputLatency };
  }

  #noteLatency() {
    const { source, told } = this.#heard.latency();
    if (this.#isNoted || source !== "told" || !this.#heard.isReady()) return;
    this.#isNoted = true;
    localStorage.setItem(HISTORY_KEY, JSON.stringify([...readHistory(), Math.round(told)].slice(-HISTORY)));
  }

  isRunning() {
    return this.#context?.state === "running" && this.#local() - this.#moved.local < STANDS_MS;
  }

  // The AudioContext; null before the first wake().
  context() {
    return this.#context;
  }

  // In seconds of the context.
  now() {
    return this.#context.currentTime;
  }

  contextTimeAt(local) {
    return this.#heard.contextTimeAt(local);
  }

  localTimeOf(contextTime) {
    return this.#heard.localTimeOf(contextTime);
  }

  latency() {
    return this.#heard.latency();
  }
}

function readHistory() {
  const kept = JSON.parse(localStorage.getItem(HISTORY_KEY) ?? "[]");
  return Array.isArray(kept) ? kept.filter(Number.isFinite) : [];
}

function findContextMaker() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  return Context ? () => new Context({ latencyHint: "playback" }) : null;
}
