// C1: of the last eight probes the one with the shortest round trip is believed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClock } from "../../static/js/clock.js";

const HOUR = 3_600_000;

// A probe whose way there took `there` ms and back `back` ms; the nest is an hour ahead.
function probed(clock, time, there, back) {
  const sent = time.now;
  time.now += there + back;
  clock.learn({ sent, received: time.now, server_ms: HOUR + sent + there });
}

function fresh() {
  const time = { now: 1_000 };
  return { time, clock: createClock(() => time.now) };
}

test("before anything was heard there is no time", () => {
  assert.equal(fresh().clock.now(), NaN);
});

test("the quickest of eight probes is believed", () => {
  const { time, clock } = fresh();
  probed(clock, time, 5, 5);

  for (let slow = 0; slow < 7; slow += 1) probed(clock, time, 80, 10);

  assert.equal(clock.now(), HOUR + time.now);
});

test("the ninth probe lets go of the first", () => {
  const { time, clock } = fresh();
  probed(clock, time, 1, 1);

  for (let slow = 0; slow < 8; slow += 1) probed(clock, time, 20, 10);
  time.now += HOUR;

  assert.equal(clock.now(), HOUR + time.now + 5);
});

test("at the start whatever is known better counts at once", () => {
  const { time, clock } = fresh();
  clock.guess(HOUR + time.now - 90);
  probed(clock, time, 60, 0);
  assert.equal(clock.now(), HOUR + time.now + 30);

  probed(clock, time, 1, 1);

  assert.equal(clock.now(), HOUR + time.now);
});

test("later a small correction is followed gently, five milliseconds a second", () => {
  const { time, clock } = fresh();
  for (let slow = 0; slow < 8; slow += 1) probed(clock, time, 0, 80);
  probed(clock, time, 0, 0);

  const error = () => clock.now() - HOUR - time.now;
  assert.equal(error(), -40);
  time.now += 1_000;
  assert.equal(error(), -35);
  time.now += 60_000;
  assert.equal(error(), 0);
});

test("a laptop that slept has its time back at once", () => {
  const { time, clock } = fresh();
  probed(clock, time, 1, 1);
  clock.forget();

  clock.learn({ sent: time.now, received: time.now, server_ms: 5 * HOUR });

  assert.equal(clock.now(), 5 * HOUR);
});
