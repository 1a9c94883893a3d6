// The horns: one for each name of the wire, short enough to be a joke and not a speech.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { AIRHORNS, AirhornPlayer } from "../../../static/js/players/airhorn_sounds.js";

const shapes = readFileSync(new URL("../../../andre/protocol/shapes.py", import.meta.url), "utf8");
const names = [.../AirhornName = Literal\[(?<names>[^\]]*)\]/u.exec(shapes).groups.names.matchAll(/"(\w+)"/gu)].map(
  ([, name]) => name,
);

test("every airhorn of the wire has a sound and a name for people", () => {
  assert.deepEqual(Object.keys(AIRHORNS).toSorted(), names.toSorted());
  Object.values(AIRHORNS).forEach(({ label }) => assert.match(label, /^[A-Z]/u));
});

test("no horn takes longer than two and a half seconds", () => {
  for (const [name, { voices }] of Object.entries(AIRHORNS)) {
    const seconds = Math.max(...voices.map((voice) => voice.from + voice.for + (voice.release ?? 0.06)));
    assert.ok(seconds > 0.5 && seconds <= 2.5, `${name}: ${seconds} s`);
  }
});

test("no voice is louder than half, and no pitch is beyond hearing", () => {
  for (const voice of Object.values(AIRHORNS).flatMap(({ voices }) => voices)) {
    assert.ok(voice.gain > 0 && voice.gain <= 0.5);
    (voice.pitch ?? []).forEach(([after, hz]) => assert.ok(after >= 0 && hz > 40 && hz < 8_000));
  }
});

test("a horn sounds at its moment of the nest's clock, earlier by the trim", () => {
  const stage = fakeStage();
  const horns = new AirhornPlayer({ clock: { now: () => 10_000, local: () => 500 }, trim: () => 50, speaker: speakerOf(stage) });
  horns.wake();

  horns.blow("slide", 10_300);

  assert.ok(Math.abs(Math.min(...stage.starts) - (7 + 0.25)) < 1e-9, String(stage.starts));
});

test("a horn that is long past stays silent, and so does one before any press", () => {
  const stage = fakeStage();
  const horns = new AirhornPlayer({ clock: { now: () => 10_000, local: () => 500 }, speaker: speakerOf(stage) });

  horns.blow("slide", 10_300);
  horns.wake();
  horns.blow("slide", 9_000);

  assert.deepEqual(stage.starts, []);
});

test("without Web Audio a horn is silent, and nothing breaks", () => {
  const horns = new AirhornPlayer({ clock: { now: () => 10_000, local: () => 500 }, speaker: null });

  horns.sign();
  horns.setVolume(0.5);

  assert.doesNotThrow(() => horns.blow("slide", 10_300));
});

// A loudspeaker of which second 7 is heard at 500 ms of the page.
function speakerOf(stage) {
  return {
    wake() {},
    context: () => stage,
    now: () => stage.currentTime,
    isRunning: () => true,
    contextTimeAt: (local) => 7 + (local - 500) / 1_000,
  };
}

// What the horns ask of a browser's AudioContext, remembering when sources start.
function fakeStage() {
  const starts = [];
  const param = () => ({
    value: 0,
    setValueAtTime() {},
    linearRampToValueAtTime() {},
    exponentialRampToValueAtTime() {},
  });
  const node = () => ({
    gain: param(),
    frequency: param(),
    Q: param(),
    connect: (next) => next,
    start: (at) => starts.push(at),
    stop() {},
  });
  return {
    starts,
    currentTime: 6.99,
    sampleRate: 48_000,
    destination: node(),
    createGain: node,
    createOscillator: node,
    createBiquadFilter: node,
    createDynamicsCompressor: node,
  };
}
