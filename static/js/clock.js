// The nest's clock, estimated from probes over the socket: of the last eight, the one with the
// shortest round trip is believed, because the least of it can have gone astray.

import { Refusal } from "./refusal.js";

const PROBES_KEPT = 8;
const PROBES_AT_START = 8;
const PAUSE_AT_START_MS = 60;
const PROBE_EVERY_MS = 10_000;
const JUMP_BEYOND_MS = 100; // After a sleep; anything less is followed gently.
const CONTRADICTS_BY_MS = 20;
const LOOK_EVERY_MS = 1_000;
const SLEPT_MS = 1_500; // Longer than a busy page keeps a timer waiting.
const SLEW_PER_MS = 0.005; // 5 ms a second: the players' own corrections stay ahead of it.

export function createClock(local = () => performance.now()) {
  let samples = [];
  let target = null;
  let shown = null;
  let shownAt = 0;
  let settled = false; // Until the first burst is over, whatever is known better counts at once.

  function offset() {
    const now = local();
    const most = (now - shownAt) * SLEW_PER_MS;
    shown += Math.sign(target - shown) * Math.min(Math.abs(target - shown), most);
    shownAt = now;
    return shown;
  }

  function aim(wanted) {
    target = wanted;
    if (settled && Math.abs(target - shown) <= JUMP_BEYOND_MS) return;
    shown = target;
    shownAt = local();
  }

  function learn({ sent, received, server_ms: server }) {
    const sample = { trip: received - sent, offset: server - (sent + received) / 2 };
    const before = samples.some((known) => contradicts(sample, known)) ? [] : samples;
    samples = [...before, sample].slice(-PROBES_KEPT);
    aim(samples.reduce((best, each) => (each.trip < best.trip ? each : best)).offset);
    settled ||= samples.length === PROBES_KEPT;
  }

  return {
    // Milliseconds of the nest; NaN before anything was heard from it.
    now: () => (target === null ? NaN : local() + offset()),
    local,
    learn,
    // A first idea from the welcome, until a probe knows better.
    guess: (server) => samples.length === 0 && aim(server - local()),
    forget: () => {
      samples = [];
    },
    roundTrip: () => Math.min(...samples.map((sample) => sample.trip)),
  };
}

// Two probes that cannot both be true: one of the clocks has jumped in between.
function contradicts(one, other) {
  return Math.abs(one.offset - other.offset) > (one.trip + other.trip) / 2 + CONTRADICTS_BY_MS;
}

// Says, asked every second, whether the machine has slept since: then timers were silent, and where
// the monotonic clock stood still meanwhile, only the wall clock shows it.
export function createSleepWatch(local, wall) {
  let last = { local: local(), wall: wall() };

  return function hasSlept() {
    const now = { local: local(), wall: wall() };
    const passed = Math.max(...Object.keys(now).map((name) => Math.abs(now[name] - last[name])));
    last = now;
    return passed > LOOK_EVERY_MS + SLEPT_MS;
  };
}

// Keeps the clock true. `probe(t0)` resolves to the server's answer; `onWake` is called when the
// machine has slept, which no event tells.
export function keepTime(clock, probe, { onWake = () => {}, wall = Date.now } = {}) {
  let burst = 0;

  async function ask() {
    const sent = clock.local();
    try {
      const answer = await probe(sent);
      clock.learn({ sent, received: clock.local(), server_ms: answer.server_ms });
    } catch (refusal) {
      // An unanswered probe is no news; the next one will do.
      if (!(refusal instanceof Refusal)) throw refusal;
    }
  }

  async function askOften() {
    const mine = ++burst;
    for (let asked = 0; asked < PROBES_AT_START && mine === burst; asked += 1) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AT_START_MS));
    }
  }

  // What was measured before may be wrong by however long the clock stood still.
  function askAfresh() {
    clock.forget();
    return askOften();
  }

  const hasSlept = createSleepWatch(clock.local, wall);
  setInterval(ask, PROBE_EVERY_MS);
  setInterval(() => {
    if (hasSlept()) onWake();
  }, LOOK_EVERY_MS);
  return { askOften, askAfresh };
}
