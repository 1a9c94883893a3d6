// How loud this device is: its own slider times the nest's volume, unless it is mute.

import { onAction, part } from "../core/dom.js";

const VOLUME_KEY = "andre.volume";
const LOUD_AT_FIRST = 80;

// `apply({music, airhorns})` makes them so loud, from 0 to 1.
export class DeviceVolume {
  #root;
  #store;
  #apply;
  #slider;
  #isMuted = false;
  #isDucked = false; // Without music for a moment, so that something else is heard.

  constructor(root, store, apply) {
    [this.#root, this.#store, this.#apply] = [root, store, apply];
    this.#slider = part(root, "volume");
    this.#slider.value = localStorage.getItem(VOLUME_KEY) ?? LOUD_AT_FIRST;
    this.#slider.addEventListener("input", () => this.#slide());
    onAction(root, "mute", () => this.#mute());
    store.subscribe((state, before) => {
      if (state === before || state.nest?.volume !== before.nest?.volume) this.#update();
    });
  }

  duck(isDucked) {
    this.#isDucked = isDucked;
    this.#update();
  }

  #mute() {
    this.#isMuted = !this.#isMuted;
    this.#update();
  }

  #slide() {
    this.#isMuted = false;
    localStorage.setItem(VOLUME_KEY, this.#slider.value);
    this.#update();
  }

  #update() {
    const share = this.#isMuted ? 0 : this.#slider.value / 100;
    const nestShare = (this.#store.state().nest?.volume ?? 100) / 100;
    const loudness = share ** 2 * nestShare; // Squared, because ears count in ratios.
    this.#apply({ music: this.#isDucked ? 0 : loudness, airhorns: loudness });
    this.#slider.style.setProperty("--share", share);
    const button = part(this.#root, "mute");
    button.classList.toggle("is-muted", share === 0);
    button.setAttribute("aria-pressed", String(this.#isMuted));
  }
}
