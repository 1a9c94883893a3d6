// How a media element follows the nest's clock: rare corrections, never continuous ones, because every
// change of rate costs a few milliseconds itself. (Buffers are corrected in plan.js.)

export const SEEK_BEYOND_MS = 150;
export const BEGIN_AGAIN_BEYOND_MS = 30; // Just begun in a song's middle: sooner over than nudging.
const NUDGE_ABOVE_MS = 6;
const NOISES = 3; // An error is one when it stands out from the noise of the element's clock.
const STEP = 0.005;

// Firefox drops 25 ms of sound, unseen, each time a rate returns to exactly 1.
const DROPS_AT_ONE = globalThis.CSS?.supports("-moz-appearance", "none") ?? false;
export const NEUTRAL = DROPS_AT_ONE ? 1.0001 : 1;

// What to do about being `error` ms ahead (negative: behind) while playing at `rate`.
export function correctDrift(error, rate, noise = 0, { neutral = NEUTRAL, seekBeyond = SEEK_BEYOND_MS } = {}) {
  const threshold = Math.max(NUDGE_ABOVE_MS, NOISES * noise);
  if (Math.abs(error) > Math.max(seekBeyond, threshold)) return { seek: true, rate: neutral };
  if (rate !== neutral) return { seek: false, rate: isDone(error, rate, threshold) ? neutral : rate };
  return { seek: false, rate: Math.abs(error) > threshold ? 1 - Math.sign(error) * STEP : neutral };
}

function isDone(error, rate, threshold) {
  const overshot = error > 0 === rate > 1;
  return overshot || Math.abs(error) < threshold / 4;
}
