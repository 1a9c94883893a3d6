// One song of the library, loaded ahead, started on a moment, kept on its timeline: as buffers where
// that goes, in a media element otherwise.
// The song's timeline is a function `expected()`: the position in ms that should be heard now.

import { catchRefusal } from "../core/refusal.js";
import { BufferPlayer } from "./buffer_player.js";
import { ElementPlayer } from "./element_player.js";
import { MediaAddress } from "./media_address.js";
import { makePlaybackRefusal } from "./playback_failures.js";

const LONGEST_WHOLE_MS = 600_000; // Decoded it would be 200 MB.
const LITTLE_MEMORY_GB = 2;
const PATIENCE_MS = 8_000; // What is decoded as a whole and comes later, an element plays sooner.
const ASK_AGAIN_MS = 5_000;

export class Deck {
  #speaker;
  #clock;
  #element;
  #buffers; // null where the browser has no Web Audio
  #address;
  #quality;
  #song = null;
  #active; // Of the two players, the one that has the song.
  #inElement = null; // The song that the media element has been given.
  #loading = null; // The promise that the song is loaded; null once that has failed.
  #isLoaded = false;
  #isChanging = false; // Another encoding is being asked for.
  #askAgainAt = 0;
  #volume = 1;
  #attempt = 0; // Whatever awaits stops when another start or stop came in between.

  // `quality` as of stream_quality.js.
  constructor(audio, { fetchMedia, clock, quality, speaker = null, trim = () => 0 }) {
    [this.#speaker, this.#clock] = [speaker, clock];
    this.#quality = quality;
    this.#element = new ElementPlayer(audio, { clock, trim });
    this.#buffers = speaker ? new BufferPlayer({ speaker, clock, trim }) : null;
    this.#address = new MediaAddress(fetchMedia, clock);
    this.#active = this.#element;
    audio.addEventListener("error", () => this.#address.forget());
  }

  // It is to sound within so many ms. Throws a Refusal where the song cannot be had.
  async load(song, withinMs = PATIENCE_MS) {
    if (this.#song?.song_id === song.song_id && this.#loading) return this.#loading;
    this.stop();
    this.#song = song;
    [this.#inElement, this.#isLoaded] = [null, false];
    this.#address.use(song, this.#quality.wanted());
    this.setVolume(this.#volume);
    this.#loading = this.#choosePlayer(song, withinMs);
    try {
      await this.#loading;
      this.#isLoaded = this.#song === song;
    } catch (refusal) {
      this.#loading = null;
      throw refusal;
    }
    return null;
  }

  async #choosePlayer(song, withinMs) {
    this.#buffers?.close();
    this.#active = (await this.#loadBuffers(song)) ? this.#buffers : this.#element;
    if (this.#song !== song) return;
    if (this.#active === this.#element) await this.#loadElement();
    else await this.#leaveLateBuffers(withinMs);
  }

  // Whether this browser makes buffers of this recording.
  async #loadBuffers(song) {
    if (!this.#speaker?.context()) return false;
    const kind = await this.#buffers.load((options) => this.#address.get(options));
    const isLarge = song.duration_ms > LONGEST_WHOLE_MS || (navigator.deviceMemory ?? 8) < LITTLE_MEMORY_GB;
    if (kind === "whole" && isLarge) this.#buffers.close();
    return this.#buffers.isLoaded();
  }

  // What is decoded as a whole is fetched by the buffers or by the element, never by both.
  async #leaveLateBuffers(withinMs) {
    if (this.#buffers.arrivesInMs() <= withinMs) return;
    this.#buffers.close();
    this.#active = this.#element;
    await this.#loadElement();
  }

  async #loadElement() {
    const song = this.#song;
    const url = await this.#address.get();
    if (this.#song !== song) return;
    this.#inElement = song;
    this.#element.load(url);
  }

  // Plays on the timeline from wherever it is by then. Throws a Refusal.
  async start(expected) {
    const mine = ++this.#attempt;
    if (this.#active === this.#buffers) await this.#leaveLateBuffers(PATIENCE_MS);
    if (this.#active === this.#buffers) {
      try {
        if (!(await this.#speaker.isAwake())) throw makePlaybackRefusal("gesture_needed");
        return await this.#buffers.start(expected);
      } catch (refusal) {
        if (refusal.error !== "unplayable") throw refusal;
        this.#active = this.#element; // These buffers were not to be had; the element may do better.
        await this.#loadElement();
      }
    }
    if (mine === this.#attempt) await this.#startElement(expected);
    return null;
  }

  async #startElement(expected) {
    try {
      const isGivenIt = this.#inElement === this.#song;
      if (!isGivenIt || (this.#address.isOld() && !this.#element.isWhole())) await this.#loadElement();
      await this.#element.start(expected);
    } catch (refusal) {
      this.#loading = null; // What failed is loaded anew.
      throw refusal;
    }
  }

  // Begins at 0 on the moment when `untilMs()` reaches zero. Throws a Refusal.
  async startWhen(untilMs) {
    this.#attempt += 1;
    if (this.#active === this.#element) {
      await this.#element.startWhen(untilMs);
    } else if (this.#buffers.isReady() && (await this.#speaker.isAwake())) {
      await this.#buffers.startWhen(untilMs);
    } else {
      throw makePlaybackRefusal("unreachable");
    }
  }

  // Goes over to the encoding that is wished for by now, or that is there by now on a line that is too
  // slow for this one. Until its address is known, what sounds goes on; then the song is begun anew.
  async heedQuality() {
    const wanted = this.#quality.wanted();
    const isLate = this.#clock.local() >= this.#askAgainAt && this.isStarved() && this.#address.given() !== wanted;
    if (!this.#isLoaded || this.#isChanging || (!isLate && this.#address.wished() === wanted)) return;
    this.#isChanging = true;
    this.#askAgainAt = this.#clock.local() + ASK_AGAIN_MS;
    const [song, loading] = [this.#song, this.#loading];
    const isOther = await catchRefusal(this.#address.wish(wanted));
    this.#isChanging = false;
    if (!isOther || this.#song !== song || this.#loading !== loading) return;
    this.stop();
    this.#buffers?.close();
    this.#loading = null;
  }

  stop() {
    this.#attempt += 1;
    this.#element.stop();
    this.#buffers?.stop();
  }

  rewind() {
    this.#attempt += 1;
    this.#element.rewind();
    this.#buffers?.rewind();
  }

  // Inside a gesture. What has not come to sound by then is loaded anew.
  allow() {
    this.#element.allow();
    if (!this.isSounding()) this.#loading = null;
  }

  // Loud recordings are turned down to the others.
  setVolume(volume) {
    this.#volume = volume;
    const loudness = volume * 10 ** ((this.#song?.gain_db ?? 0) / 20);
    this.#element.setLoudness(loudness);
    this.#buffers?.setLoudness(loudness);
  }

  songId() {
    return this.#song?.song_id ?? null;
  }

  // Whether it can start on a moment that is near.
  isReady() {
    return this.#active === this.#element || this.#buffers.isReady();
  }

  isStarved() {
    return this.#active === this.#buffers && this.#buffers.isStarved();
  }

  follow(expected) {
    return this.#active.follow(expected);
  }

  isOver(position) {
    return this.#active.isOver(position);
  }

  measurePosition() {
    return this.#active.measurePosition();
  }

  isSounding() {
    return this.#active.isSounding();
  }

  errorMs() {
    return this.#active.errorMs();
  }
}
