// One song as decoded pieces on the clock of an AudioContext: each piece is started at its very sample
// and cross-faded into the next, so nothing between the pieces is heard, and a correction neither.

import { Refusal } from "../refusal.js";
import { createBytes } from "./bytes.js";
import { median } from "./contextclock.js";
import { atRate, contextOf, correct, createPlan, positionAt } from "./plan.js";
import { openRecording } from "./recording.js";

const SOON_S = 0.04; // Enough for the thread that renders to hear of it.
const SOON_MS = SOON_S * 1_000;
const JOIN_MS = 150; // How long it takes until a piece is there, where that is known already.
const FADE_S = 0.008;
const HELD_MS = 12_000; // Decoded ahead; two megabytes for five seconds.
const BOOK_BEFORE_S = 1.5; // A hidden page looks only once a second.
const SAMPLES = 20; // A second of looks: the clocks' noise, and nothing that is heard, goes away in it.
const SAMPLES_TO_CUT = 6;
const SURELY_OFF_MS = 20; // Nothing that a few looks could be wrong about.
const COOL_MS = 1_000; // After a cut the error is measured anew before anything else is done.
const AGAIN_AFTER_MS = 2_000;
const MOST_TRIES = 400;
const LOOK_MS = 50;
const AIM = 1.3;

// `open(address, decode, onSpeed)` gives {bytes, opening}: the recording's bytes, and itself to come.
export function createReel({ speaker, clock, trim, open = openAt }) {
  let bytes = null;
  let recording = null;
  let cursor = null;
  let pieces = []; // {buffer, beginsMs, endsMs, isLast}, in order
  let voices = []; // {source, gain, piece, from, until}: what is scheduled, in seconds of the context
  let plan = null;
  let out = null;
  let loudness = 1;
  let errors = [];
  let calmUntil = 0;
  let filling = null;
  let hurt = { fault: null, until: 0 };
  let speed = Infinity; // Of the line, in kbit/s, when it last brought something.
  let attempt = 0;

  async function load(address) {
    close();
    const decode = (buffer) => speaker.context().decodeAudioData(buffer);
    const { bytes: mine, opening } = open(address, decode, (kbits) => {
      speed = kbits;
    });
    bytes = mine;
    const opened = await opening;
    if (bytes === mine) recording = opened;
    return opened.kind;
  }

  function close() {
    stop();
    bytes?.close();
    [bytes, recording, cursor, pieces] = [null, null, null, []];
  }

  // Begins wherever the timeline is as soon as that part is there. On a line that is too slow for the
  // recording it aims further ahead each time, and what has arrived is kept.
  async function start(expected) {
    const mine = ++attempt;
    hurt = { fault: null, until: 0 };
    let ahead = JOIN_MS;
    if (!holds(expected() + SOON_MS)) seek(expected() + ahead);
    for (let tries = 0; tries < MOST_TRIES && !holds(expected() + SOON_MS); tries += 1) {
      const began = clock.local();
      await fill(true);
      if (mine !== attempt) return;
      if (hurt.fault) throw hurt.fault;
      if (isOver(expected())) return;
      if (isBefore(expected())) await pause(LOOK_MS);
      ahead = Math.max(ahead, (clock.local() - began) * AIM);
      if (isBehind(expected() + SOON_MS)) seek(expected() + ahead);
    }
    if (mine === attempt) begin(expected);
  }

  function holds(position) {
    return pieces.some(({ beginsMs, endsMs }) => beginsMs <= position && position < endsMs);
  }

  function isBefore(position) {
    return pieces.length > 0 && position + SOON_MS < pieces[0].beginsMs;
  }

  function isBehind(position) {
    return pieces.length > 0 && pieces.at(-1).endsMs < position && !pieces.at(-1).isLast;
  }

  function seek(position) {
    pieces = [];
    cursor = recording.from(Math.max(0, position));
  }

  // Cuts over to the timeline at a moment that is very near.
  function begin(expected) {
    const at = speaker.now() + SOON_S;
    cutTo(createPlan(at, expected() + speaker.localOf(at) - clock.local() + trim()));
  }

  // Begins at 0 at the moment when `untilMs()` reaches zero.
  async function startWhen(untilMs) {
    attempt += 1;
    const at = speaker.heardAt(clock.local() + untilMs() - trim());
    cutTo(createPlan(at, 0));
    await fill();
  }

  function cutTo(wanted) {
    const at = Math.max(wanted.context, speaker.now() + SOON_S / 2);
    silence(at);
    plan = wanted;
    errors = [];
    calmUntil = clock.local() + COOL_MS;
    book();
  }

  function silence(at) {
    for (const voice of voices) fadeOut(voice, at);
    voices = [];
  }

  // Schedules the pieces whose time is near.
  function book() {
    if (!plan || !out) return;
    const now = speaker.now();
    voices = voices.filter(({ until }) => until > now - 1);
    const last = voices.at(-1);
    const from = last ? pieces[pieces.indexOf(last.piece) + 1] : pieces.find(({ endsMs }) => endsMs > positionAt(plan, now + SOON_S));
    if (!from) return;
    const seam = last ? seamOf(last, from) : Math.max(0, from.beginsMs);
    const at = Math.max(contextOf(plan, seam), plan.context, now + SOON_S / 2);
    if (at - now > BOOK_BEFORE_S) return;
    if (contextOf(plan, from.endsMs) <= at + FADE_S) return drop(from);
    if (last) fadeOut(last, at);
    voices.push(voiceOf(from, at));
  }

  // In the middle of what both pieces have.
  function seamOf({ piece }, { beginsMs }) {
    return (piece.endsMs + beginsMs) / 2;
  }

  function drop(piece) {
    pieces = pieces.filter((each) => each !== piece);
    book();
  }

  function voiceOf(piece, at) {
    const context = speaker.context();
    const source = context.createBufferSource();
    const gain = context.createGain();
    source.buffer = piece.buffer;
    source.playbackRate.value = plan.rate;
    source.connect(gain).connect(out);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(1, at + FADE_S);
    source.start(at, Math.max(0, positionAt(plan, at) - piece.beginsMs) / 1_000);
    return { source, gain, piece, from: at, until: contextOf(plan, piece.endsMs) };
  }

  function fadeOut({ source, gain, from }, at) {
    if (from >= at) {
      source.stop();
      source.disconnect();
      return;
    }
    gain.gain.cancelScheduledValues(at);
    gain.gain.setValueAtTime(1, at);
    gain.gain.linearRampToValueAtTime(0, at + FADE_S);
    source.stop(at + FADE_S);
  }

  // Looks once where the sound is and corrects it; true if only a new start can.
  function follow(expected) {
    if (!plan) return true;
    fill();
    forgetPast();
    book();
    if (!isSounding()) return clock.local() > calmUntil;

    if (speaker.heardAt(clock.local()) < plan.context) return false;
    errors = [...errors, heard() - expected()].slice(-SAMPLES);
    const error = median(errors);
    if (errors.length < SAMPLES_TO_CUT || clock.local() < calmUntil) return false;
    const { cut, rate } = correct(error, plan.rate);
    if (cut && (errors.length === SAMPLES || Math.abs(error) > SURELY_OFF_MS)) return recut(expected);
    if (!cut && rate !== plan.rate && errors.length === SAMPLES) turn(rate);
    return false;
  }

  function recut(expected) {
    if (!holds(expected() + SOON_MS)) return true;
    begin(expected);
    return false;
  }

  // Another rate, from a moment on that all voices still reach; a seam that is booked is left alone.
  function turn(rate) {
    const at = speaker.now() + SOON_S;
    if (voices.some(({ from }) => from > at) || voices.some(({ from, until }) => from + FADE_S > at && until < at)) return;
    plan = atRate(plan, at, rate);
    errors = [];
    for (const voice of voices) {
      voice.source.playbackRate.setValueAtTime(rate, at);
      voice.until = contextOf(plan, voice.piece.endsMs);
    }
  }

  function forgetPast() {
    const sounding = voices[0]?.piece;
    while (pieces.length && pieces[0] !== sounding && pieces[0].endsMs < positionAt(plan, speaker.now())) pieces.shift();
  }

  // Decodes ahead, one piece at a time; with `now` at least one more.
  async function fill(now = false) {
    if (filling) return filling;
    if (isFull() || (!now && clock.local() < hurt.until)) return null;
    filling = another();
    await filling;
    filling = null;
    return null;
  }

  async function another() {
    const mine = cursor;
    try {
      const piece = await mine?.next();
      if (piece && mine === cursor) pieces = [...pieces, piece];
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      hurt = { fault, until: clock.local() + AGAIN_AFTER_MS };
    }
  }

  function isFull() {
    const last = pieces.at(-1);
    if (!cursor || last?.isLast) return true;
    const position = plan ? positionAt(plan, speaker.now()) : (pieces[0]?.beginsMs ?? 0);
    return Boolean(last) && last.endsMs > position + HELD_MS;
  }

  function isSounding() {
    if (!plan || !speaker.isRunning()) return false;
    const now = speaker.now();
    return voices.some(({ from, until }) => from <= now + BOOK_BEFORE_S && now < until);
  }

  // Beyond the end of the recording there is nothing more to come.
  function isOver(position) {
    return Boolean(recording) && position >= recording.lengthMs();
  }

  function heard() {
    return positionAt(plan, speaker.heardAt(clock.local())) - trim();
  }

  function stop() {
    attempt += 1;
    if (plan) silence(speaker.now() + SOON_S / 2);
    plan = null;
    errors = [];
  }

  function rewind() {
    stop();
    if (!recording) return;
    seek(0);
    fill();
  }

  function setLoudness(wanted) {
    loudness = wanted;
    const context = speaker.context();
    if (!context) return;
    if (!out) {
      out = context.createGain();
      out.gain.value = loudness;
      out.connect(context.destination);
    }
    out.gain.setTargetAtTime(loudness, context.currentTime, 0.01);
  }

  // Whether the line brings it more slowly than it sounds.
  function isStarved() {
    return Boolean(recording) && speed < recording.kbits;
  }

  return {
    load,
    close,
    start,
    startWhen,
    follow,
    stop,
    rewind,
    heard,
    isOver,
    isSounding,
    isStarved,
    setLoudness,
    isLoaded: () => recording !== null,
    isReady: () => pieces.length > 0,
    errorMs: () => (errors.length >= SAMPLES_TO_CUT ? median(errors) : null),
  };
}

function openAt(address, decode, onSpeed) {
  const bytes = createBytes(address, { onSpeed });
  return { bytes, opening: openRecording(bytes, decode) };
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
