// The song after this one, on a deck of its own: loaded ahead, and started on its moment by itself.

import { catchRefusal } from "../core/refusal.js";
import { orderUpNext } from "../playback/timeline.js";

const PREPARE_BEFORE_MS = 20_000;
const HAND_OVER_BEFORE_MS = 2_000;
const TRY_AGAIN_MS = 3_000;

export class NextSong {
  #clock;
  #preparing = null; // song id that the deck is to hold
  #startsAtMs = null; // when it will start by itself, or has started; null before that is settled

  constructor(deck, clock) {
    this.deck = deck;
    this.#clock = clock;
  }

  // Called often. `plays(song)`: whether it is played here; `fail(refusal, song)`: it cannot be.
  prepare({ queue, playback }, { plays, fail }) {
    const left = playback.ends_at_ms - this.#clock.now();
    const [song] = orderUpNext(queue, playback.locked_song_id);
    if (!song || !plays(song) || left > PREPARE_BEFORE_MS || left < 0) return;

    if (this.#preparing !== song.song_id) this.#load(song, left - HAND_OVER_BEFORE_MS);
    const isReady = !this.isDue() && this.deck.songId() === song.song_id && this.deck.isReady();
    if (isReady && left < HAND_OVER_BEFORE_MS) this.#handOver(song, playback.ends_at_ms, fail);
  }

  async #load(song, withinMs) {
    this.#preparing = song.song_id;
    this.#cancel();
    const loading = this.deck.load(song, withinMs).then(() => this.deck.rewind());
    await catchRefusal(loading, () => {
      setTimeout(() => {
        this.#preparing = null; // Not the next song yet, in the server's eyes; ask again.
      }, TRY_AGAIN_MS);
    });
  }

  async #handOver(song, startsAtMs, fail) {
    this.#startsAtMs = startsAtMs;
    await catchRefusal(this.deck.startWhen(() => startsAtMs - this.#clock.now()), (refusal) => fail(refusal, song));
  }

  // Whether it will start by itself, or has.
  isDue() {
    return this.#startsAtMs !== null;
  }

  follow() {
    if (this.isDue() && this.deck.isSounding()) this.deck.follow(() => this.#clock.now() - this.#startsAtMs);
  }

  // Somebody has sought or paused: it would start on a moment that is none any more.
  cancelUnlessAt(startsAtMs) {
    if (this.isDue() && this.#startsAtMs !== startsAtMs) this.#cancel();
  }

  #cancel() {
    if (this.isDue()) this.deck.rewind();
    this.#startsAtMs = null;
  }

  clear() {
    this.deck.rewind();
    [this.#preparing, this.#startsAtMs] = [null, null];
  }

  // Gives its deck, which has become the current one, and takes that one's instead.
  exchange(deck) {
    const mine = this.deck;
    this.deck = deck;
    [this.#preparing, this.#startsAtMs] = [null, null];
    return mine;
  }
}
