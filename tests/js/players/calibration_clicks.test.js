// C4: how late a device sounds, from what one microphone heard of it and of another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { SHIFT_MS, SWEEPS, measureLateness, makeSweep } from "../../../static/js/players/calibration_clicks.js";

const RATE = 16_000;

test("a device that is 120 ms late is found to be, however late the microphone is", () => {
  for (const delay of [0, 90, 430]) {
    const { lateMs } = measureLateness(room({ up: delay + 200, down: delay + 200 + SHIFT_MS + 120 }), RATE);

    assert.ok(Math.abs(lateMs - 120) < 0.2, String(lateMs));
  }
});

test("one that is early is found to be early", () => {
  const { lateMs } = measureLateness(room({ up: 900, down: 900 + SHIFT_MS - 35 }), RATE);

  assert.ok(Math.abs(lateMs + 35) < 0.2, String(lateMs));
});

test("an echo that is weaker does not mislead", () => {
  const samples = room({ up: 200, down: 240 + SHIFT_MS });
  const echoed = samples.map((value, at) => value + 0.5 * (samples[at - RATE / 50] ?? 0));

  assert.ok(Math.abs(measureLateness(echoed, RATE).lateMs - 40) < 0.2);
});

test("who hears only one of them is told which", () => {
  assert.deepEqual(measureLateness(room({ down: 300 }), RATE), { lateMs: null, heardOwn: true, heardOther: false });
  assert.deepEqual(measureLateness(room({ up: 300 }), RATE), { lateMs: null, heardOwn: false, heardOther: true });
  assert.equal(measureLateness(room({}), RATE).lateMs, null);
});

// Three seconds of a room with some noise in it, and clicks from these ms on, a second apart.
function room(clicks) {
  const samples = Float32Array.from({ length: RATE * 3.2 }, (_, at) => 0.02 * Math.sin(at * at * 0.37));
  for (const [direction, ms] of Object.entries(clicks)) {
    const pattern = makeSweep(SWEEPS[direction], RATE);
    for (let from = Math.round((ms * RATE) / 1_000) % RATE; from + pattern.length < samples.length; from += RATE) {
      pattern.forEach((value, at) => {
        samples[from + at] += 0.2 * value;
      });
    }
  }
  return samples;
}
