// C2: on buffers rates of at most ±0.1 %, and one cut beyond what they mend within ten seconds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { changeRate, computeContextTime, choosePlanCorrection, createPlan, computePlanPosition } from "../../../static/js/players/playback_plan.js";

test("a plan tells which position sounds at a second, and the other way round", () => {
  const plan = createPlan(10, 30_000);

  assert.equal(computePlanPosition(plan, 12.5), 32_500);
  assert.equal(computeContextTime(plan, 32_500), 12.5);
});

test("another rate changes nothing before its moment and a thousandth after it", () => {
  const plan = changeRate(createPlan(10, 0), 20, 1.001);

  assert.equal(computePlanPosition(plan, 20), 10_000);
  assert.ok(Math.abs(computePlanPosition(plan, 30) - 20_010) < 1e-6);
  assert.ok(Math.abs(computeContextTime(plan, 20_010) - 30) < 1e-9);
});

test("a millisecond and a half is left alone", () => {
  assert.deepEqual(choosePlanCorrection(1.5, 1), { cut: false, rate: 1 });
  assert.deepEqual(choosePlanCorrection(-1.5, 1), { cut: false, rate: 1 });
});

test("who is behind plays a thousandth faster, who is ahead slower, and never more", () => {
  assert.equal(choosePlanCorrection(-3, 1).rate, 1.001);
  assert.equal(choosePlanCorrection(10, 1).rate, 0.999);
});

test("a rate is held until the error is gone, and ends when it went too far", () => {
  assert.equal(choosePlanCorrection(-0.4, 1.001).rate, 1.001);
  assert.equal(choosePlanCorrection(-0.2, 1.001).rate, 1);
  assert.equal(choosePlanCorrection(0.5, 1.001).rate, 1);
});

test("beyond ten milliseconds it is a cut", () => {
  assert.deepEqual(choosePlanCorrection(10.1, 1), { cut: true, rate: 1 });
  assert.deepEqual(choosePlanCorrection(-900, 1.001), { cut: true, rate: 1 });
});
