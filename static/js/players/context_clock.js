// Which second of an AudioContext is heard at which moment of the page: an estimate from samples of
// both clocks, with the way to the loudspeaker in it.
//
// `currentTime` goes in steps of what is rendered at once, so a single look is off by up to 20 ms; the
// middle of many is not. What lies between rendering and hearing, browsers tell in two ways, each
// wrong somewhere: getOutputTimestamp() runs at twice the speed in WebKitGTK and leaves the output
// latency out in Firefox; outputLatency is 0 in WebKitGTK and steps by 8 ms in Chromium.

const KEPT_MS = 4_000;
const READY_AFTER = 6;
const STEP_MS = 12; // A clock that is this far from where it was has stood still, and is learnt anew.
const STEP_SAMPLES = 8;
const BELIEVED_AFTER_MS = 300;
const BELIEVED_AFTER = 6;
const SLOPE_OFF = 0.05;
const FRESH_MS = 500;
const LEAST_SHARE = 0.5; // Of the latency told; stamps with less than that leave it out.
const LEAST_LATENCY_MS = 5;
const LATENCY_WEIGHT = 0.01; // Of a new look: what is told of it jitters, and it hardly changes.
const OTHER_DEVICE_MS = 60;
const LATENCY_JUMP_MS = 30; // Another device was plugged in.
const UNTOLD_LATENCY_MS = 50; // Measured with WebKitGTK: 57 ms under this page, 15 under an idle one. The trim does the rest.

// `history`: latencies in ms that this device told on earlier visits. `untoldMs`: what it is taken for
// where nothing is told.
export function createContextClock({ history = [], untoldMs = UNTOLD_LATENCY_MS } = {}) {
  let samples = [];
  let lead = NaN; // Page less context, of what is heard, in ms
  let latency = { ms: untoldMs, source: "untold" };

  // local: ms of the page. contextTime: s. output: what getOutputTimestamp() gave, or null.
  // outputLatency: s, or undefined.
  function learn({ local, contextTime, output, outputLatency }) {
    const ahead = local - contextTime * 1_000;
    samples = [...samples, { local, ahead, output, outputLatency }].filter((each) => local - each.local <= KEPT_MS);
    if (hasStepped(samples)) samples = samples.slice(-STEP_SAMPLES);
    const rendered = computeMiddle(samples);
    const stamped = readStampedLead(samples, rendered);
    latency = smooth(latency, stamped === null ? readToldLatency(samples, history, untoldMs) : { ms: stamped - rendered, source: "stamped" });
    lead = stamped ?? rendered + latency.ms;
  }

  return {
    learn,
    isReady: () => samples.length >= READY_AFTER,
    forget: () => {
      samples = [];
    },
    latency: () => latency,
    // The second of the context that is heard at this moment of the page, and the other way round.
    contextTimeAt: (local) => (local - lead) / 1_000,
    localTimeOf: (contextTime) => contextTime * 1_000 + lead,
  };
}

function hasStepped(samples) {
  if (samples.length < STEP_SAMPLES * 2) return false;
  const [before, now] = [samples.slice(0, -STEP_SAMPLES), samples.slice(-STEP_SAMPLES)];
  return Math.abs(computeMiddle(now) - computeMiddle(before)) > STEP_MS;
}

function computeMiddle(samples) {
  return median(samples.map(({ ahead }) => ahead));
}

// By the output timestamps, where they can be believed and have any latency in them; else null.
function readStampedLead(samples, rendered) {
  const outputs = findBelievable(samples);
  if (!outputs) return null;
  const stamped = median(outputs.map(({ contextTime, performanceTime }) => performanceTime - contextTime * 1_000));
  const told = median([0, ...samples.map(({ outputLatency }) => outputLatency ?? 0)]) * 1_000;
  return stamped - rendered >= Math.max(LEAST_LATENCY_MS, told * LEAST_SHARE) ? stamped : null;
}

// Firefox measures it once, when its stream starts, by ± 10 ms: the middle of several visits is better.
function readToldLatency(samples, history, untoldMs) {
  const told = samples.map(({ outputLatency }) => outputLatency).filter((each) => each > 0);
  if (!told.length) return { ms: untoldMs, source: "untold" };
  const now = median(told) * 1_000;
  const usual = median([...history, now]);
  return { ms: Math.abs(usual - now) > OTHER_DEVICE_MS ? now : usual, told: now, source: "told" };
}

function smooth(before, now) {
  if (before.source === "stamped" && now.source !== "stamped") return before; // It was known better.
  if (now.source !== before.source || Math.abs(now.ms - before.ms) > LATENCY_JUMP_MS) return now;
  return { ...now, ms: before.ms + (now.ms - before.ms) * LATENCY_WEIGHT };
}

// The output timestamps, if they are fresh and run as fast as time does; else null.
function findBelievable(samples) {
  const fresh = samples.filter(
    ({ local, output }) => output?.performanceTime > 0 && Math.abs(local - output.performanceTime) < FRESH_MS,
  );
  if (fresh.length < BELIEVED_AFTER || fresh.length < samples.length / 2) return null;
  const [first, last] = [fresh[0], fresh.at(-1)];
  const passed = last.local - first.local;
  if (passed < BELIEVED_AFTER_MS) return null;
  const stamped = last.output.performanceTime - first.output.performanceTime;
  const rendered = (last.output.contextTime - first.output.contextTime) * 1_000;
  const isTrue = [stamped, rendered].every((each) => Math.abs(each / passed - 1) < SLOPE_OFF);
  return isTrue ? fresh.map(({ output }) => output) : null;
}

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
