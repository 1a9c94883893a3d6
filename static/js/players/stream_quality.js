// Which encoding this device asks for: what was chosen on it; by itself a smaller one where the browser
// is set to save data, or the line has proved too slow for the recording.

const KEY = "andre.stream_quality";
const CHOICES = ["original", "high", "saver"];

export class StreamQuality {
  #isOffered;
  #connection;
  #chosen = ""; // "" by itself
  #isSlow = false;

  // `isOffered`: whether the server makes any; `connection` as of navigator.
  constructor({ isOffered, connection = navigator.connection }) {
    [this.#isOffered, this.#connection] = [isOffered, connection];
    const kept = localStorage.getItem(KEY);
    if (CHOICES.includes(kept)) this.#chosen = kept;
  }

  chosen() {
    return this.#chosen;
  }

  choose(quality) {
    this.#chosen = quality;
    this.#isSlow = false;
    localStorage.setItem(KEY, quality);
  }

  wanted() {
    if (!this.#isOffered) return "original";
    if (this.#chosen) return this.#chosen;
    return this.#isSlow || this.#connection?.saveData ? "saver" : "original";
  }

  // The line does not bring what was asked for as fast as it sounds.
  noteSlow() {
    this.#isSlow = true;
  }
}
