// The nest's clock, estimated from probes over the socket: of the last eight, the one with the
// shortest round trip is believed, because the least of it can have gone astray.

const PROBES_KEPT = 8;
const JUMP_BEYOND_MS = 100; // After a sleep; anything less is followed gently.
const CONTRADICTS_BY_MS = 20;
const SLEW_PER_MS = 0.005; // 5 ms a second: the players' own corrections stay ahead of it.

export function createClock(local = () => performance.now()) {
  let samples = [];
  let target = null; // Nest less local, in ms, as it is believed to be.
  let shown = null; // The same as it is given out, which follows the target.
  let shownAt = 0;
  let settled = false; // Until the first burst is over, whatever is known better counts at once.

  function offset() {
    const now = local();
    shown = approach(shown, target, (now - shownAt) * SLEW_PER_MS);
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
    forget: () => void (samples = []),
    roundTrip: () => Math.min(...samples.map((sample) => sample.trip)),
  };
}

function approach(from, to, most) {
  return from + Math.sign(to - from) * Math.min(Math.abs(to - from), most);
}

// Two probes that cannot both be true: one of the clocks has jumped in between.
function contradicts(one, other) {
  return Math.abs(one.offset - other.offset) > (one.trip + other.trip) / 2 + CONTRADICTS_BY_MS;
}
