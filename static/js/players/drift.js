// How a player follows the nest's clock: rare corrections, never continuous ones.
// Every change of rate costs a few milliseconds itself, so one nudge is held until it is done.

export const SEEK_BEYOND_MS = 400;
const NUDGE_ABOVE_MS = 6;
const SETTLED_BELOW_MS = 1.5;
const STEP = 0.005;
const MOST = 0.02;
const CORRECT_WITHIN_MS = 2_000;

// A song under way is left alone for longer than one that has just begun, which is settled closer;
// and where it was begun in its middle, one more start is over sooner than ten seconds of nudging.
export const UNDER_WAY = { seekBeyond: SEEK_BEYOND_MS, nudgeAbove: NUDGE_ABOVE_MS };
export const JUST_BEGUN = { seekBeyond: SEEK_BEYOND_MS, nudgeAbove: 2 };
export const JUST_BEGUN_INSIDE = { seekBeyond: 30, nudgeAbove: 2 };

// What to do about being `error` ms ahead (negative: behind) while playing at `rate`.
export function steer(error, rate, { seekBeyond, nudgeAbove } = UNDER_WAY) {
  if (Math.abs(error) > seekBeyond) return { seek: true, rate: 1 };
  if (rate !== 1) return { seek: false, rate: isDone(error, rate) ? 1 : rate };
  return { seek: false, rate: Math.abs(error) > nudgeAbove ? nudge(error) : 1 };
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
