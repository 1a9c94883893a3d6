// How a player follows the nest's clock: rare corrections, never continuous ones.
// Every change of rate costs a few milliseconds itself, so one nudge is held until it is done.

export const SEEK_BEYOND_MS = 400;
export const NUDGE_ABOVE_MS = 6;
export const SETTLED_BELOW_MS = 1.5;
const STEP = 0.005;
const MOST = 0.02;
const CORRECT_WITHIN_MS = 2_000;

// What to do about being `error` ms ahead (negative: behind) while playing at `rate`.
export function steer(error, rate) {
  if (Math.abs(error) > SEEK_BEYOND_MS) return { seek: true, rate: 1 };
  if (rate !== 1) return { seek: false, rate: isDone(error, rate) ? 1 : rate };
  return { seek: false, rate: Math.abs(error) > NUDGE_ABOVE_MS ? nudge(error) : 1 };
}

function isDone(error, rate) {
  const overshot = error > 0 === rate > 1;
  return overshot || Math.abs(error) < SETTLED_BELOW_MS;
}

function nudge(error) {
  const steps = Math.ceil(Math.abs(error) / CORRECT_WITHIN_MS / STEP);
  const size = Math.min(steps * STEP, MOST);
  return 1 - Math.sign(error) * size;
}

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
