// C2: beyond 400 ms one seek; above 6 ms one nudge of at most 2 %, until below 1.5 ms.

import assert from "node:assert/strict";
import { test } from "node:test";

import { JUST_BEGUN, JUST_BEGUN_INSIDE, median, steer } from "../../static/js/players/drift.js";

test("six milliseconds are left alone", () => {
  assert.deepEqual(steer(6, 1), { seek: false, rate: 1 });
  assert.deepEqual(steer(-6, 1), { seek: false, rate: 1 });
});

test("a song that has just begun is settled once, and closer", () => {
  assert.equal(steer(-3, 1, JUST_BEGUN).rate, 1.005);
  assert.equal(steer(1.9, 1, JUST_BEGUN).rate, 1);
});

test("who begins in the middle of a song and is far off begins once more", () => {
  assert.deepEqual(steer(-31, 1, JUST_BEGUN_INSIDE), { seek: true, rate: 1 });
  assert.equal(steer(-31, 1, JUST_BEGUN).seek, false);
});

test("who is behind plays a little faster, who is ahead a little slower, in steps of half a percent", () => {
  assert.equal(steer(-7, 1).rate, 1.005);
  assert.equal(steer(7, 1).rate, 0.995);
  assert.equal(steer(-15, 1).rate, 1.01);
});

test("no nudge is more than two percent", () => {
  assert.equal(steer(-400, 1).rate, 1.02);
});

test("a nudge is held until the error is below one and a half milliseconds", () => {
  assert.equal(steer(-3, 1.01).rate, 1.01);
  assert.equal(steer(-1.4, 1.01).rate, 1);
});

test("a nudge that went too far ends", () => {
  assert.equal(steer(4, 1.01).rate, 1);
  assert.equal(steer(-4, 0.99).rate, 1);
});

test("beyond four hundred milliseconds it is a seek", () => {
  assert.deepEqual(steer(401, 1), { seek: true, rate: 1 });
  assert.deepEqual(steer(-5_000, 1.02), { seek: true, rate: 1 });
});

test("one wild sample moves no median", () => {
  assert.equal(median([1, 2, 300, 2, 1]), 2);
});
