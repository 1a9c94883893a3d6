// Which position of a song sounds at which second of an AudioContext: arithmetic of what is scheduled.
// `context` is in seconds, `position` in ms.

const CUT_BEYOND_MS = 10; // By rate this would take ten seconds.
const TURN_BEYOND_MS = 1.5;
const SETTLED_BELOW_MS = 0.3;
const STEP = 0.001; // A sixtieth of a semitone: nobody hears it.

export function createPlan(context, position, rate = 1) {
  return { context, position, rate };
}

export function computePlanPosition(plan, context) {
  return plan.position + (context - plan.context) * 1_000 * plan.rate;
}

export function computeContextTime(plan, position) {
  return plan.context + (position - plan.position) / 1_000 / plan.rate;
}

// The same sound up to `context`, and at another rate from there on.
export function changeRate(plan, context, rate) {
  return createPlan(context, computePlanPosition(plan, context), rate);
}

// What to do about being `error` ms ahead (negative: behind): nothing, a rate that nobody hears, or,
// where that would take too long, a cut.
export function choosePlanCorrection(error, rate) {
  if (Math.abs(error) > CUT_BEYOND_MS) return { cut: true, rate: 1 };
  if (rate !== 1) return { cut: false, rate: isDone(error, rate) ? 1 : rate };
  return { cut: false, rate: Math.abs(error) > TURN_BEYOND_MS ? 1 - Math.sign(error) * STEP : 1 };
}

function isDone(error, rate) {
  const overshot = error > 0 === rate > 1;
  return overshot || Math.abs(error) < SETTLED_BELOW_MS;
}
