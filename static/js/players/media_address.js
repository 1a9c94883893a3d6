// The address of one song's recording: it holds a token, and is fetched anew when that is about to expire.

import { makePlaybackRefusal } from "./playback_failures.js";

const RENEW_BEFORE_MS = 15_000;

// `fetchMedia(song, quality)` resolves to {url, expires_at_ms, quality}, in ms of the nest; the quality
// may be another one than was wished for.
export class MediaAddress {
  #fetchMedia;
  #clock;
  #song = null;
  #wished = "original";
  #media = null;
  #quality = null; // Of the bytes that have been fetched: those of two encodings do not fit together.

  constructor(fetchMedia, clock) {
    [this.#fetchMedia, this.#clock] = [fetchMedia, clock];
  }

  use(song, quality = "original") {
    [this.#song, this.#wished, this.#quality] = [song, quality, null];
    this.forget();
  }

  forget() {
    this.#media = null;
  }

  isOld() {
    return !this.#media || this.#media.expires_at_ms - this.#clock.now() < RENEW_BEFORE_MS;
  }

  wished() {
    return this.#wished;
  }

  // Of the bytes that this address gives; null before the first.
  given() {
    return this.#quality;
  }

  // Wishes for another encoding: whether there is one than the one that was given. Throws a Refusal.
  async wish(quality) {
    const song = this.#song;
    this.#wished = quality;
    const fetched = await this.#fetchMedia(song, quality);
    return this.#song === song && fetched.quality !== this.#quality;
  }

  // `afresh` where the one that is known is refused. Throws a Refusal.
  async get({ afresh = false } = {}) {
    const song = this.#song;
    if (afresh) this.forget();
    if (!this.isOld()) return this.#media.url;
    const fetched = await this.#fetchMedia(song, this.#quality ?? this.#wished);
    if (this.#song !== song) return fetched.url;
    if (this.#quality && this.#quality !== fetched.quality) throw makePlaybackRefusal("unreachable");
    [this.#media, this.#quality] = [fetched, fetched.quality];
    return fetched.url;
  }
}
