// The words of the song that plays, and which line is sung now: on the nest's clock, at the same place that
// the progress bar shows.

import { getJson } from "../core/api.js";
import { clamp, computePosition } from "../playback/timeline.js";

const SOONEST_MS = 20;
const LATEST_MS = 1_000; // A clock that was set right meanwhile is noticed.

// The line that is sung at this place of the song; -1 before the first.
export function findSungLine(lines, position) {
  return lines.findLastIndex(({ at_ms: at }) => at <= position);
}

// `show(lines, isTimed)` gets the words once for each song, without any when there are none to show;
// `mark(index)` the line that is sung, whenever it is another one.
export class FollowedLyrics {
  #store;
  #clock;
  #show;
  #mark;
  #uri = null;
  #lines = [];
  #marked = -1;
  #timer = null;

  constructor(store, clock, { show, mark }) {
    [this.#store, this.#clock, this.#show, this.#mark] = [store, clock, show, mark];
  }

  // Rejects with the server's refusal. `song`: null where nobody looks.
  async open(song) {
    const uri = song?.trackid ?? null;
    if (uri === this.#uri) return;
    this.#put(uri, [], false);
    if (uri === null) return;
    const { lines, timed } = await this.#fetch(uri);
    if (uri === this.#uri) this.#put(uri, lines, timed);
  }

  // After a refusal it may be asked for again.
  async #fetch(uri) {
    try {
      return await getJson(`/api/tracks/${encodeURIComponent(uri)}/lyrics`);
    } catch (refusal) {
      if (uri === this.#uri) this.#uri = null;
      throw refusal;
    }
  }

  #put(uri, lines, isTimed) {
    this.#uri = uri;
    this.#lines = isTimed ? lines : [];
    this.#marked = -1;
    this.#show(lines, isTimed);
    this.follow();
  }

  // Again whenever what plays is moved, paused or goes on.
  follow() {
    clearTimeout(this.#timer);
    const { nest } = this.#store.state();
    if (this.#lines.length === 0 || !nest) return;
    const position = this.#positionOf(nest.playback);
    const sung = findSungLine(this.#lines, position);
    if (sung !== this.#marked) {
      this.#marked = sung;
      this.#mark(sung);
    }
    const next = this.#lines.slice(sung + 1).find(({ at_ms: at }) => at > position);
    if (!nest.playback.is_playing || !next) return;
    this.#timer = setTimeout(() => this.follow(), clamp(next.at_ms - position, SOONEST_MS, LATEST_MS));
  }

  #positionOf(playback) {
    const position = computePosition(playback, this.#clock.now());
    return Number.isNaN(position) ? playback.position_ms : position;
  }
}
