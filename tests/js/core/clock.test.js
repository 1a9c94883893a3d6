// C1: of the last eight probes the one with the shortest round trip is believed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClock } from "../../../static/js/core/clock.js";
import { createSleepWatch, keepTime } from "../../../static/js/core/clock_sync.js";

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

test("a probe that cannot be true together with those before it counts alone", () => {
  const { time, clock } = fresh();
  for (let quick = 0; quick < 8; quick += 1) probed(clock, time, 1, 1);
  time.now -= 25_000; // The machine slept, and its monotonic clock stood still.
  const slept = { sent: time.now, received: time.now + 10, server_ms: HOUR + time.now + 25_005 };
  time.now += 10;

  clock.learn(slept);

  assert.equal(clock.now(), HOUR + time.now + 25_000);
});

test("a slow probe that may be true lets the quick ones stand", () => {
  const { time, clock } = fresh();
  probed(clock, time, 1, 1);

  probed(clock, time, 400, 0);

  assert.equal(clock.now(), HOUR + time.now);
});

// C5: a sleep that no event tells of.

function watched() {
  const time = { local: 5_000, wall: 1_760_000_000_000 };
  const hasSlept = createSleepWatch(() => time.local, () => time.wall);
  const passes = (local, wall = local) => {
    time.local += local;
    time.wall += wall;
    return hasSlept();
  };
  return passes;
}

test("a machine that slept is noticed, whether or not its monotonic clock went on", () => {
  const passes = watched();

  assert.equal(passes(26_000), true);
  assert.equal(passes(1_000, 26_000), true);
});

test("a page that was busy for a second has not slept", () => {
  const passes = watched();

  assert.equal(passes(1_000), false);
  assert.equal(passes(2_100), false);
});

test("a sleep is noticed once", () => {
  const passes = watched();
  passes(26_000);

  assert.equal(passes(1_000), false);
});

test("within three seconds of a sleep the page has its time back, without an event", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const time = { local: 1_000, wall: 1_760_000_000_000, nest: HOUR };
  const clock = createClock(() => time.local);
  const kept = keepTime(clock, async () => ({ server_ms: time.nest }), {
    wall: () => time.wall,
    onWake: () => kept.askAfresh(),
  });
  const passes = async (ms) => {
    for (const name of Object.keys(time)) time[name] += ms;
    t.mock.timers.tick(ms);
    await settled();
  };
  kept.askOften();
  for (let tenth = 0; tenth < 20; tenth += 1) await passes(100);

  time.wall += 25_000; // The monotonic clock and the timers stood still.
  time.nest += 25_000;
  const behind = time.nest - clock.now();
  for (let tenth = 0; tenth < 30; tenth += 1) await passes(100);

  assert.equal(behind, 25_000);
  assert.equal(time.nest - clock.now(), 0);
});

// Whatever has been promised by now is done.
async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await null;
}
