// The place in the song: it runs by itself on the nest's clock, and can be moved, for everyone.

import { seek } from "../core/commands.js";
import { part, setShare, setText } from "../core/dom.js";
import { formatDuration } from "../core/format.js";
import { showRefusal } from "../core/refusal_display.js";
import { mayControl } from "../core/rights.js";
import { hintForEveryone } from "./everyone_hint.js";
import { computePosition } from "./timeline.js";

export class SeekSlider {
  #root;
  #store;
  #send;
  #clock;
  #slider;
  #bar;
  #isSliding = false;

  constructor(root, store, send, clock) {
    [this.#root, this.#store, this.#send, this.#clock] = [root, store, send, clock];
    this.#slider = part(root, "slider");
    this.#bar = part(root, "done");
    this.#slider.addEventListener("input", () => this.#slide());
    this.#slider.addEventListener("change", () => this.#seek());
  }

  #slide() {
    this.#isSliding = true;
    setText(part(this.#root, "elapsed"), formatDuration(this.#slider.value));
    setShare(this.#bar, Number(this.#slider.value), Number(this.#slider.max));
  }

  async #seek() {
    this.#isSliding = false;
    const answer = this.#send(seek(Number(this.#slider.value)));
    await showRefusal(this.#slider, answer.then(() => hintForEveryone(this.#slider, "Moved")));
    this.render();
  }

  // Another song, or another length.
  render() {
    const state = this.#store.state();
    const length = state.nest?.playback.duration_ms ?? 0;
    this.#slider.disabled = !state.nest?.song || !mayControl(state);
    this.#slider.max = length;
    setText(part(this.#root, "length"), formatDuration(length));
    this.refresh();
  }

  // Called often; while it is being moved it stays where the hand is.
  refresh() {
    if (this.#isSliding || document.hidden) return;
    const { nest } = this.#store.state();
    const position = nest ? this.#position(nest.playback) : 0;
    this.#slider.value = position;
    this.#slider.setAttribute("aria-valuetext", `${formatDuration(position)} of ${formatDuration(this.#slider.max)}`);
    setText(part(this.#root, "elapsed"), formatDuration(position));
    setShare(this.#bar, position, Number(this.#slider.max));
  }

  #position(playback) {
    const position = computePosition(playback, this.#clock.now());
    return Number.isNaN(position) ? playback.position_ms : position;
  }
}
