// Clicks on the nest's clock, by which a device's own delay is found: by ear, when two devices click
// together, or by a microphone that hears both.
//
// Each is a short sweep: upwards from the device that all others go by, downwards half a second later
// from the one that is measured. Both are heard by one microphone, so its own delay does not count.

const EVERY_MS = 1_000;
const LOOK_EVERY_MS = 200;
const AHEAD_MS = 700; // Hidden pages are not clicked from; shown ones look often enough.
const SWEEP_S = 0.03;
const FROM_HZ = 1_500;
const TO_HZ = 6_000;
const LOUDNESS = 0.4;
export const SHIFT_MS = 500; // Of the measured device's clicks.
const CLEAR = 6; // So many times louder than the middle of the correlation is a click, not noise.
const LEAST_CLICKS = 2;
const SHADOW = 0.25;
const SHADOW_MS = 40;

export const SWEEPS = { up: [FROM_HZ, TO_HZ], down: [TO_HZ, FROM_HZ] };

export function createClicks({ clock, speaker, trim }) {
  let timer = null;
  let next = 0;

  function start(direction, shiftMs = 0) {
    stop();
    speaker.wake();
    next = Math.ceil(clock.now() / EVERY_MS) * EVERY_MS + shiftMs;
    const context = speaker.context();
    const buffer = context.createBuffer(1, Math.ceil(context.sampleRate * SWEEP_S), context.sampleRate);
    buffer.getChannelData(0).set(makeSweep(SWEEPS[direction], context.sampleRate));
    timer = setInterval(() => schedule(buffer), LOOK_EVERY_MS);
  }

  function schedule(buffer) {
    if (!speaker.isRunning()) return;
    while (next < clock.now() + AHEAD_MS) {
      const at = speaker.contextTimeAt(clock.local() + next - clock.now() - trim());
      if (at > speaker.now()) click(buffer, at);
      next += EVERY_MS;
    }
  }

  function click(buffer, at) {
    const source = speaker.context().createBufferSource();
    source.buffer = buffer;
    source.connect(speaker.context().destination);
    source.start(at);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
  }

  return { start, stop, isRunning: () => timer !== null };
}

export function makeSweep([from, to], rate) {
  const length = Math.floor(rate * SWEEP_S);
  return Float32Array.from({ length }, (_, at) => {
    const t = at / rate;
    const phase = 2 * Math.PI * (from * t + ((to - from) * t * t) / (2 * SWEEP_S));
    return LOUDNESS * Math.sin((Math.PI * at) / length) * Math.sin(phase);
  });
}

// By how many ms the measured device (downwards) sounds later than the other one (upwards), in these
// samples of a microphone that heard both; null where it did not hear both clearly.
export function measureLateness(samples, rate) {
  const [up, down] = ["up", "down"].map((direction) => findPhase(samples, makeSweep(SWEEPS[direction], rate), rate));
  const other = isShadow(up, down) ? null : up;
  const own = isShadow(down, up) ? null : down;
  const heard = { heardOwn: own !== null, heardOther: other !== null };
  return { ...heard, lateMs: own && other && wrapToHalfSecond(own.ms - other.ms - SHIFT_MS) };
}

// A sweep looks a little like the opposite one at the same moment.
function isShadow(one, other) {
  return one !== null && other !== null && one.strength < SHADOW * other.strength && Math.abs(wrapToHalfSecond(one.ms - other.ms)) < SHADOW_MS;
}

// The same moment of another second, at most half a second away.
function wrapToHalfSecond(ms) {
  return ms - EVERY_MS * Math.round(ms / EVERY_MS);
}

// At which ms of each second this sweep is heard. Its echoes come later and are weaker.
function findPhase(samples, pattern, rate) {
  const period = Math.round((rate * EVERY_MS) / 1_000);
  const count = Math.floor((samples.length - pattern.length) / period);
  if (count < LEAST_CLICKS) return null;
  const strength = new Float32Array(period);
  for (let at = 0; at < period; at += 1) {
    for (let turn = 0; turn < count; turn += 1) strength[at] += Math.abs(correlate(samples, at + turn * period, pattern));
  }
  const best = strength.indexOf(Math.max(...findChunkMaxima(strength)));
  const middle = strength.toSorted()[Math.floor(period / 2)];
  return strength[best] > CLEAR * middle && strength[best] > 0 ? { ms: (best * 1_000) / rate, strength: strength[best] } : null;
}

function correlate(samples, from, pattern) {
  let sum = 0;
  for (let at = 0; at < pattern.length; at += 1) sum += samples[from + at] * pattern[at];
  return sum;
}

// Math.max takes only so many arguments.
function findChunkMaxima(values) {
  const found = [];
  for (let from = 0; from < values.length; from += 4_096) found.push(Math.max(...values.subarray(from, from + 4_096)));
  return found;
}
