// Airhorns of our own making: each is a handful of voices, each voice an oscillator or noise with
// a course of pitch and loudness. Seconds and hertz throughout.

const WAVES = new Set(["sine", "square", "sawtooth", "triangle", "noise"]);
const LOUDNESS = 0.5; // Beside music at the same volume, present but not a fright.
const TOO_LATE_MS = 400; // Later than this a horn would only be an echo of what others heard.
const ATTACK = 0.012;
const RELEASE = 0.06;

// `level` makes all of them equally loud to the ear.
export const AIRHORNS = {
  classic: { label: "Classic", voices: [...blast(0, 0.28), ...blast(0.36, 0.12), ...blast(0.54, 0.75)] },
  double: { label: "Double", voices: [...blast(0, 0.16), ...blast(0.24, 0.7)] },
  fanfare: { label: "Fanfare", voices: [[392, 0, 0.14], [523, 0.16, 0.14], [659, 0.32, 0.14], [784, 0.48, 0.8]].flatMap(brass) },
  ferry: { level: 0.55, label: "Ferry", voices: [82, 98, 123].map((hz) => reed(hz, 0, 2.2, { gain: 0.34, filter: ["lowpass", 620, 1], attack: 0.18 })) },
  goose: { level: 1.7, label: "Goose", voices: [...honk(0, 0.22), ...honk(0.34, 0.3)] },
  party: { level: 1.9, label: "Party", voices: party() },
  rooster: { level: 1.7, label: "Rooster", voices: rooster() },
  slide: { level: 0.55, label: "Slide", voices: [
    { wave: "sine", from: 0, for: 0.7, pitch: [[0, 420], [0.7, 1500]], gain: 0.4, vibrato: [7, 14] },
    { wave: "sine", from: 0.74, for: 0.75, pitch: [[0, 1500], [0.75, 330]], gain: 0.4, vibrato: [7, 14] },
  ] },
  stadium: { level: 0.75, label: "Stadium", voices: [311, 370, 466].flatMap((hz) => [reed(hz, 0, 1.6), reed(hz * 1.008, 0, 1.6)]) },
  tram: { label: "Tram", voices: [0, 0.26, 0.78, 1.04].flatMap(bell) },
};

// `out` hears what `context` makes. Returns when, in the context's seconds, all is silent again.
function startAirhorn(context, out, name, at) {
  const { voices, level = 1 } = AIRHORNS[name];
  const leveller = context.createGain();
  leveller.gain.value = level;
  leveller.connect(out);
  const ends = voices.map((voice) => startVoice(context, leveller, voice, at));
  return Math.max(...ends);
}

// Plays airhorns on the nest's clock, at this device's volume; silent until `wake()` inside a gesture,
// and always where `speaker` is null: there is nothing to make them with.
export class AirhornPlayer {
  #clock;
  #speaker;
  #trim;
  #out = null;
  #volume = 1;

  constructor({ clock, speaker, trim = () => 0 }) {
    [this.#clock, this.#speaker, this.#trim] = [clock, speaker, trim];
  }

  wake() {
    if (!this.#speaker) return;
    this.#speaker.wake();
    if (this.#out) return;
    const context = this.#speaker.context();
    const limiter = context.createDynamicsCompressor();
    this.#out = context.createGain();
    this.#out.connect(limiter).connect(context.destination);
    this.setVolume(this.#volume);
  }

  // At `atMs` of the nest; not at all once that is past.
  blow(name, atMs) {
    if (!this.#out || !this.#speaker.isRunning() || !(name in AIRHORNS)) return;
    const wait = atMs - this.#clock.now() - this.#trim();
    if (!(wait > -TOO_LATE_MS)) return;
    const at = this.#speaker.contextTimeAt(this.#clock.local() + wait);
    startAirhorn(this.#speaker.context(), this.#out, name, Math.max(this.#speaker.now(), at));
  }

  // One short, soft sign that this device sounds.
  sign() {
    this.wake();
    if (!this.#speaker) return;
    const context = this.#speaker.context();
    const soft = context.createGain();
    soft.gain.value = 0.22;
    soft.connect(this.#out);
    reedPair(233, 0, 0.16).forEach((voice) => startVoice(context, soft, voice, context.currentTime + 0.03));
  }

  setVolume(volume) {
    this.#volume = volume;
    if (this.#out) this.#out.gain.value = volume * LOUDNESS;
  }
}

function startVoice(context, out, voice, at) {
  const begin = at + voice.from;
  const end = begin + voice.for + (voice.release ?? RELEASE);
  const source = WAVES.has(voice.wave) && voice.wave !== "noise" ? makeTone(context, voice, begin, end) : makeNoise(context);
  const shape = context.createGain();
  shapeLoudness(shape.gain, voice, begin);
  addFilter(context, source, voice).connect(shape).connect(out);
  source.start(begin);
  source.stop(end + 0.02);
  return end;
}

function makeTone(context, voice, begin, end) {
  const source = context.createOscillator();
  source.type = voice.wave;
  const [[, first], ...rest] = voice.pitch;
  source.frequency.setValueAtTime(first, begin);
  rest.forEach(([after, hz]) => source.frequency.exponentialRampToValueAtTime(hz, begin + after));
  if (voice.vibrato) addVibrato(context, source, voice.vibrato, begin, end);
  return source;
}

function addVibrato(context, source, [hz, depth], begin, end) {
  const [hand, reach] = [context.createOscillator(), context.createGain()];
  hand.frequency.value = hz;
  reach.gain.value = depth;
  hand.connect(reach).connect(source.frequency);
  hand.start(begin);
  hand.stop(end + 0.02);
}

function makeNoise(context) {
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let at = 0; at < samples.length; at += 1) samples[at] = Math.random() * 2 - 1;
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.loop = true;
  return source;
}

function shapeLoudness(gain, voice, begin) {
  const { attack = ATTACK, release = RELEASE, fades = false } = voice;
  gain.setValueAtTime(0, begin);
  gain.linearRampToValueAtTime(voice.gain, begin + attack);
  if (fades) gain.exponentialRampToValueAtTime(0.001, begin + voice.for);
  else gain.setValueAtTime(voice.gain, begin + Math.max(attack, voice.for));
  gain.linearRampToValueAtTime(0, begin + voice.for + release);
}

function addFilter(context, source, { filter }) {
  if (!filter) return source;
  const [type, hz, q] = filter;
  const valve = context.createBiquadFilter();
  Object.assign(valve, { type });
  valve.frequency.value = hz;
  valve.Q.value = q;
  return source.connect(valve);
}

// The instruments

function reed(hz, from, length, more = {}) {
  const pitch = [[0, hz * 0.97], [0.05, hz], [length, hz * 0.995]];
  return { wave: "sawtooth", from, for: length, pitch, gain: 0.16, filter: ["lowpass", 3_200, 0.8], ...more };
}

function reedPair(hz, from, length) {
  return [reed(hz, from, length), reed(hz * 1.26, from, length), reed(hz * 1.006, from, length)];
}

function blast(from, length) {
  return [...reedPair(233, from, length), reed(466, from, length, { gain: 0.08 })];
}

function brass([hz, from, length]) {
  const body = { filter: ["lowpass", hz * 4, 1.2], vibrato: length > 0.5 ? [5.5, hz * 0.006] : undefined };
  return [reed(hz, from, length, { gain: 0.2, ...body }), reed(hz / 2, from, length, { gain: 0.14, ...body })];
}

function honk(from, length) {
  const pitch = [[0, 330], [0.06, 440], [length, 300]];
  return [900, 1_500].map((hz) => ({ wave: "sawtooth", from, for: length, pitch, gain: 0.5, filter: ["bandpass", hz, 5] }));
}

function party() {
  const pitch = [[0, 240], [0.12, 380], [0.7, 400], [1, 210]];
  const squeak = { wave: "square", from: 0, for: 1, pitch, gain: 0.22, vibrato: [28, 22], filter: ["bandpass", 1_100, 1.2] };
  const breath = { wave: "noise", from: 0, for: 1, gain: 0.06, filter: ["bandpass", 2_400, 1] };
  return [squeak, breath];
}

function rooster() {
  const crow = [[0, 0.14, 520, 620], [0.2, 0.12, 640, 600], [0.36, 0.16, 680, 760], [0.56, 0.85, 900, 420]];
  return crow.flatMap(([from, length, low, high]) =>
    [1_300, 2_300].map((hz) => ({
      wave: "sawtooth",
      from,
      for: length,
      pitch: [[0, low], [length * 0.3, Math.max(low, high)], [length, high]],
      gain: 0.36,
      vibrato: [24, 12],
      filter: ["bandpass", hz, 3],
    })),
  );
}

function bell(from) {
  const partials = [[1, 0.3], [2.01, 0.16], [2.76, 0.14], [5.4, 0.07]];
  return partials.map(([ratio, gain]) => ({
    wave: "sine", from, for: 0.9 / Math.sqrt(ratio), pitch: [[0, 880 * ratio]], gain, attack: 0.003, fades: true,
  }));
}
