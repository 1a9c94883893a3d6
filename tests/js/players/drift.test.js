// C2: a media element is nudged by at most 0.5 %, above three times the noise of its clock, and sought
// once beyond 150 ms.

import assert from "node:assert/strict";
import { test } from "node:test";

import { correctDrift } from "../../../static/js/players/drift.js";

test("six milliseconds are left alone", () => {
  assert.deepEqual(correctDrift(6, 1), { seek: false, rate: 1 });
  assert.deepEqual(correctDrift(-6, 1), { seek: false, rate: 1 });
});

test("who is behind plays half a percent faster, who is ahead slower, and never more", () => {
  assert.equal(correctDrift(-7, 1).rate, 1.005);
  assert.equal(correctDrift(149, 1).rate, 0.995);
});

test("an error within the noise of the element's clock is none", () => {
  assert.equal(correctDrift(50, 1, 20).rate, 1);
  assert.equal(correctDrift(61, 1, 20).rate, 0.995);
});

test("a nudge is held until the error is well below what began it, and ends when it went too far", () => {
  assert.equal(correctDrift(-3, 1.005).rate, 1.005);
  assert.equal(correctDrift(-1.4, 1.005).rate, 1);
  assert.equal(correctDrift(4, 1.005).rate, 1);
});

test("beyond a hundred and fifty milliseconds it is a seek", () => {
  assert.equal(correctDrift(151, 1).seek, true);
  assert.equal(correctDrift(-5_000, 1.005).seek, true);
});

test("who has just begun in the middle of a song begins once more beyond thirty", () => {
  assert.equal(correctDrift(31, 1, 0, { seekBeyond: 30 }).seek, true);
  assert.equal(correctDrift(31, 1).seek, false);
});

test("where a rate of exactly 1 drops sound, the neutral one is another", () => {
  assert.equal(correctDrift(2, 1.0001, 0, { neutral: 1.0001 }).rate, 1.0001);
  assert.equal(correctDrift(-1, 1.005, 0, { neutral: 1.0001 }).rate, 1.0001);
});
