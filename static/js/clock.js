// The nest's clock, estimated from probes over the socket: of the last eight, the one with the
// shortest round trip is believed, because the least of it can have gone astray.

import { Refusal } from "./refusal.js";

const PROBES_KEPT = 8;
const PROBES_AT_START = 8;
const PAUSE_AT_START_MS = 60;
const PROBE_EVERY_MS = 10_000;
const JUMP_BEYOND_MS = 100; // After a sleep; anything less is followed gently.
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
    samples = [...samples, { trip: received - sent, offset: server - (sent + received) / 2 }];
    samples = samples.slice(-PROBES_KEPT);
    aim(samples.reduce((best, sample) => (sample.trip < best.trip ? sample : best)).offset);
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

// Keeps the clock true. `probe(t0)` resolves to the server's answer.
export function keepTime(clock, probe) {
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

  setInterval(ask, PROBE_EVERY_MS);
  return { askOften };
}
