// Keeps the nest's clock true: probes in a burst at first and after a sleep, now and then in between.

import { pause } from "./pause.js";
import { catchRefusal } from "./refusal.js";

const PROBES_AT_START = 8;
const PAUSE_AT_START_MS = 60;
const PROBE_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
const SLEPT_MS = 1_500; // Longer than a busy page keeps a timer waiting.

// `probe(t0)` resolves to the server's answer; `onWake` is called when the machine has slept, which no
// event tells.
export function keepTime(clock, probe, { onWake = () => {}, wall = Date.now } = {}) {
  let burst = 0;

  // An unanswered probe is no news; the next one will do.
  async function askOnce() {
    const sent = clock.local();
    const answer = await catchRefusal(probe(sent));
    if (answer) clock.learn({ sent, received: clock.local(), server_ms: answer.server_ms });
  }

  async function askOften() {
    const mine = ++burst;
    for (let asked = 0; asked < PROBES_AT_START && mine === burst; asked += 1) {
      await askOnce();
      await pause(PAUSE_AT_START_MS);
    }
  }

  // What was measured before may be wrong by however long the clock stood still.
  function askAfresh() {
    clock.forget();
    return askOften();
  }

  const hasSlept = createSleepWatch(clock.local, wall);
  setInterval(askOnce, PROBE_EVERY_MS);
  setInterval(() => {
    if (hasSlept()) onWake();
  }, LOOK_EVERY_MS);
  return { askOften, askAfresh };
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
