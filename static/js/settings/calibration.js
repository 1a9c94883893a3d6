// Finds by how much this device sounds late: by ear, with clicks that another device plays, too, or by
// this device's microphone. What it hears stays in this page.

import { onAction, part, setText, show } from "../core/dom.js";
import { SHIFT_MS, measureLateness } from "../players/calibration_clicks.js";
import { hasMicrophone, listen } from "./microphone.js";

const LISTEN_MS = 3_200; // Two clicks of each, and the time until all of it runs.
const MOST_MS = 500;
const RATE = 16_000; // Enough for the clicks, and quick to look through.
const CLICKING = "Let a device that is in step play the clicks, too, and turn until both fall together.";
const LISTENING = "Listening for three seconds. Another device must be playing the clicks.";
const NOT_OTHER = "No other device was heard. Press “Play clicks” on one that is in step, beside this one.";
const NOT_OWN = "This device was not heard by its own microphone. Turn it up, or do it by ear.";
const NOT_ALLOWED = "The microphone is not to be had here. It goes by ear, too.";

// `clicks` as of players/calibration_clicks.js, null without Web Audio; `duck(isOn)` silences the music meanwhile.
export function mountCalibration(dialog, { clicks, context, duck }) {
  const root = part(dialog, "calibration");
  show(root, clicks !== null);
  if (!clicks) return;
  const calibration = new Calibration(root, part(dialog, "form").elements.trim, { clicks, context, duck });

  show(part(root, "measure"), hasMicrophone());
  show(part(root, "measure-missing"), !hasMicrophone());
  onAction(root, "clicks", () => calibration.toggleClicks());
  onAction(root, "measure", () => calibration.measure());
  dialog.addEventListener("close", () => calibration.stop());
}

class Calibration {
  #root;
  #trim;
  #clicks;
  #context;
  #duck;
  #isMeasuring = false;

  // `trim` is the field of by how much this device sounds late.
  constructor(root, trim, { clicks, context, duck }) {
    [this.#root, this.#trim] = [root, trim];
    [this.#clicks, this.#context, this.#duck] = [clicks, context, duck];
  }

  toggleClicks() {
    if (this.#clicks.isRunning()) return this.stop();
    this.#begin("up");
    return this.#draw(CLICKING);
  }

  stop() {
    if (!this.#clicks.isRunning()) return;
    this.#end();
    this.#draw("");
  }

  async measure() {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    this.#draw(LISTENING);
    try {
      const begin = () => this.#begin("down", SHIFT_MS);
      const options = { context: this.#context, lengthMs: LISTEN_MS, rate: RATE, begin, end: () => this.#end() };
      this.#draw(this.#adopt(measureLateness(await listen(options), RATE)));
    } catch (fault) {
      if (!(fault instanceof DOMException)) throw fault; // Refused, or no microphone there.
      this.#draw(NOT_ALLOWED);
    }
    this.#isMeasuring = false;
  }

  #begin(direction, shiftMs) {
    this.#duck(true);
    this.#clicks.start(direction, shiftMs);
  }

  #end() {
    this.#clicks.stop();
    this.#duck(false);
  }

  // Returns the sentence of what came of it.
  #adopt({ lateMs, heardOwn }) {
    if (lateMs === null) return heardOwn ? NOT_OTHER : NOT_OWN;
    const wanted = Math.round(Number(this.#trim.value) + lateMs);
    if (Math.abs(wanted) > MOST_MS) return `This device is ${Math.round(lateMs)} ms late, which is more than can be made good.`;
    this.#trim.value = wanted;
    this.#trim.dispatchEvent(new Event("change", { bubbles: true }));
    return `Measured: ${wanted} ms late. This device now plays so much earlier.`;
  }

  #draw(sentence) {
    const isClicking = this.#clicks.isRunning() && !this.#isMeasuring;
    setText(part(this.#root, "calibration-note"), sentence);
    setText(part(this.#root, "clicks-label"), isClicking ? "Stop the clicks" : "Play clicks");
  }
}
