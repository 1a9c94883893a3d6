// What this device's microphone hears for a while. It stays in this page.

const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

export function hasMicrophone() {
  return Boolean(navigator.mediaDevices?.getUserMedia); // Only on secure pages.
}

// Samples at `rate`, of `lengthMs`; `begin()` is called when it listens, `end()` when it does not any
// more; `context()` is an AudioContext from then on. Throws a DOMException where it is refused, or there is none.
export async function listen({ context, lengthMs, rate, begin, end }) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS });
  begin();
  try {
    return await resample(await record(stream, lengthMs), context, rate);
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    end();
  }
}

async function record(stream, lengthMs) {
  const recorder = new window.MediaRecorder(stream);
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const done = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  setTimeout(() => recorder.stop(), lengthMs);
  await done;
  return new Blob(parts, { type: recorder.mimeType }).arrayBuffer();
}

async function resample(bytes, context, rate) {
  const decoded = await context().decodeAudioData(bytes);
  const offline = new window.OfflineAudioContext(1, Math.ceil(decoded.duration * rate), rate);
  const source = offline.createBufferSource();
  source.buffer = decoded;
  source.connect(offline.destination);
  source.start();
  return (await offline.startRendering()).getChannelData(0);
}
