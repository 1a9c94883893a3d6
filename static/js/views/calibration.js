// Finds by how much this device sounds late: by ear, with clicks that another device plays, too, or by
// this device's microphone. What it hears stays in this page.

import { onAction, part, setText, show } from "../dom.js";
import { SHIFT_MS, latenessIn } from "../players/clicks.js";

const LISTEN_MS = 3_200; // Two clicks of each, and the time until all of it runs.
const MOST_MS = 500;
const RATE = 16_000; // Enough for the clicks, and quick to look through.
const CLICKING = "Let a device that is in step play the clicks, too, and turn until both fall together.";
const LISTENING = "Listening for three seconds. Another device must be playing the clicks.";
const NOT_OTHER = "No other device was heard. Press “Play clicks” on one that is in step, beside this one.";
const NOT_OWN = "This device was not heard by its own microphone. Turn it up, or do it by ear.";
const NOT_ALLOWED = "The microphone is not to be had here. It goes by ear, too.";

// `clicks` as of players/clicks.js, null without Web Audio; `duck(isOn)` silences the music meanwhile.
export function mountCalibration(dialog, { clicks, context, duck }) {
  const root = part(dialog, "calibration");
  const note = part(root, "calibration-note");
  const { trim } = part(dialog, "form").elements;
  let isMeasuring = false;

  show(root, clicks !== null);
  show(part(root, "measure"), Boolean(navigator.mediaDevices?.getUserMedia)); // Only on secure pages.
  onAction(root, "clicks", () => (clicks.isRunning() ? stop() : begin()));
  onAction(root, "measure", measure);
  dialog.addEventListener("close", () => clicks?.isRunning() && stop());

  function begin() {
    duck(true);
    clicks.start("up");
    draw(CLICKING);
  }

  function stop() {
    duck(false);
    clicks.stop();
    draw("");
  }

  async function measure() {
    if (isMeasuring) return;
    isMeasuring = true;
    draw(LISTENING);
    try {
      draw(adopt(latenessIn(await capture(), RATE)));
    } catch (fault) {
      if (!(fault instanceof DOMException)) throw fault; // Refused, or no microphone there.
      draw(NOT_ALLOWED);
    }
    isMeasuring = false;
  }

  // What the microphone heard while this device clicked, in samples.
  async function capture() {
    const wishes = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: wishes });
    duck(true);
    clicks.start("down", SHIFT_MS);
    try {
      return await resample(await record(stream));
    } finally {
      stream.getTracks().forEach((track) => track.stop());
      clicks.stop();
      duck(false);
    }
  }

  function record(stream) {
    const recorder = new window.MediaRecorder(stream);
    const parts = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    const done = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start();
    setTimeout(() => recorder.stop(), LISTEN_MS);
    return done.then(() => new Blob(parts, { type: recorder.mimeType }).arrayBuffer());
  }

  async function resample(bytes) {
    const decoded = await context().decodeAudioData(bytes);
    const offline = new window.OfflineAudioContext(1, Math.ceil(decoded.duration * RATE), RATE);
    const source = offline.createBufferSource();
    source.buffer = decoded;
    source.connect(offline.destination);
    source.start();
    return (await offline.startRendering()).getChannelData(0);
  }

  // The sentence of what came of it.
  function adopt({ lateMs, heardOwn }) {
    if (lateMs === null) return heardOwn ? NOT_OTHER : NOT_OWN;
    const wanted = Math.round(Number(trim.value) + lateMs);
    if (Math.abs(wanted) > MOST_MS) return `This device is ${Math.round(lateMs)} ms late, which is more than can be made good.`;
    trim.value = wanted;
    trim.dispatchEvent(new Event("change", { bubbles: true }));
    return `Measured: ${wanted} ms late. This device now plays so much earlier.`;
  }

  function draw(sentence) {
    setText(note, sentence);
    part(root, "clicks-label").textContent = clicks?.isRunning() && !isMeasuring ? "Stop the clicks" : "Play clicks";
  }
}
