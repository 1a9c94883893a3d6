// Plays videos on the nest's clock, in a frame that stays visible while it sounds.

import { getJson } from "../core/api.js";
import { catchRefusal } from "../core/refusal.js";
import { computePosition } from "../playback/timeline.js";
import { VideoFrame } from "./video_frame.js";

const LOOK_EVERY_MS = 250;
const SEEK_BEYOND_MS = 400;
const CORRECT_EVERY_MS = 5_000; // A seek makes it buffer; sooner it would only chase itself.
const TRY_AGAIN_MS = 5_000;
const NOT_ALLOWED = "This video cannot be played here.";

// `update(patch)` changes what the page knows of its own sound (device_state.js).
export class YouTubePlayer {
  #store;
  #clock;
  #place;
  #update;
  #video;
  #isListening = false;
  #opened = null; // song id in the frame
  #correctedAt = 0;
  #quietUntil = 0;
  #volume = 100;

  constructor({ store, clock, place, update, video = null }) {
    [this.#store, this.#clock, this.#place, this.#update] = [store, clock, place, update];
    this.#video = video ?? new VideoFrame(place, () => this.#fail(NOT_ALLOWED));
    setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  listen() {
    this.#isListening = true;
    this.#quietUntil = 0;
    this.look();
  }

  stop() {
    this.#isListening = false;
    this.look();
  }

  // Everything that must be so now, given what the store says.
  look() {
    const { nest } = this.#store.state();
    const song = nest?.song;
    if (!this.#isListening || song?.src !== "youtube") return this.#close();
    if (Number.isNaN(this.#clock.now()) || this.#clock.local() < this.#quietUntil) return null;

    if (this.#opened !== song.song_id) return this.#open(song);
    return nest.playback.is_playing ? this.#follow() : this.#rest();
  }

  async #open(song) {
    this.#opened = song.song_id;
    this.#place.hidden = false;
    const query = new URLSearchParams({ uri: song.trackid, start_ms: Math.round(this.#expectedMs()) });
    await catchRefusal(this.#openAt(song, `/api/embed?${query}`), (refusal) => {
      this.#opened = null;
      this.#fail(refusal.message);
    });
  }

  async #openAt(song, address) {
    const { url } = await getJson(address);
    if (!url) return this.#fail(NOT_ALLOWED);
    if (this.#opened === song.song_id) await this.#video.open(url);
    return this.#video.command("setVolume", this.#volume);
  }

  #follow() {
    const error = this.#video.position() - this.#expectedMs();
    const isNear = Math.abs(error) < SEEK_BEYOND_MS;
    if (!this.#video.isPlaying()) this.#video.command("playVideo");
    else if (isNear) this.#update({ listening: "on", error_ms: error, trouble: null });
    if (isNear || this.#clock.local() - this.#correctedAt < CORRECT_EVERY_MS) return;
    this.#correctedAt = this.#clock.local();
    this.#video.command("seekTo", this.#expectedMs() / 1000, true);
  }

  #rest() {
    if (this.#video.isPlaying()) this.#video.command("pauseVideo");
    this.#update({ listening: "on", error_ms: null });
  }

  #close() {
    if (this.#opened === null) return;
    this.#opened = null;
    this.#place.hidden = true;
    this.#video.close();
    this.#update({ trouble: null });
  }

  #fail(sentence) {
    this.#quietUntil = this.#clock.local() + TRY_AGAIN_MS;
    this.#update({ listening: "on", error_ms: null, trouble: sentence });
  }

  #expectedMs() {
    return computePosition(this.#store.state().nest.playback, this.#clock.now());
  }

  #isSounding() {
    return this.#opened !== null && this.#video.isPlaying();
  }

  setVolume(share) {
    this.#volume = Math.round(share * 100);
    this.#video.command("setVolume", this.#volume);
  }

  position() {
    return this.#isSounding() ? this.#video.position() : null;
  }

  songId() {
    return this.#isSounding() ? this.#opened : null;
  }

  errorMs() {
    return this.#isSounding() ? this.#video.position() - this.#expectedMs() : null;
  }
}
