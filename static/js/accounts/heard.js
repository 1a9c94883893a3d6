// How much of a song has sounded here: told to the server once it counts, if a service of mine is
// connected. It decides with what it knows itself, and tells the service.

import { postJson } from "../core/api.js";
import { catchRefusal } from "../core/refusal.js";
import { fetchScrobbling } from "./scrobbling.js";

const LOOK_EVERY_MS = 1_000;
const LONGEST_STEP_MS = 5_000; // More between two looks is a sleep, or somebody has moved the song.
const LISTENED_MS = 240_000;
const AGAIN_AFTER_MS = 10_000;

// `player` tells the place of what sounds (null in silence), its song and its volume.
export function mountHeard(store, player, now = () => performance.now()) {
  const heard = new HeardSong(store, player, now);

  fetchScrobbling(store);
  setInterval(() => heard.look(), LOOK_EVERY_MS);
}

class HeardSong {
  #store;
  #player;
  #now;
  #songId = null;
  #heardMs = 0;
  #last = null; // {position, at} of the last look
  #isTold = false;
  #mayTellAt = 0;

  constructor(store, player, now) {
    [this.#store, this.#player, this.#now] = [store, player, now];
  }

  look() {
    const { nest, scrobbling } = this.#store.state();
    const isWanted = (scrobbling ?? []).some(({ state }) => state === "connected");
    const position = this.#player.volume() > 0 ? this.#player.position() : null;
    if (!isWanted || !nest?.song || position === null || this.#player.songId() !== nest.song.song_id) {
      this.#last = null;
      return;
    }
    this.#count(nest.song, position);
    if (!this.#isTold && this.#heardMs >= Math.min(nest.song.duration_ms / 2, LISTENED_MS)) this.#tell(nest.song);
  }

  #count({ song_id: songId }, position) {
    const at = this.#now();
    if (songId !== this.#songId) this.#begin(songId);
    if (this.#last) {
      const [sounded, passed] = [position - this.#last.position, at - this.#last.at];
      if (sounded > 0 && passed <= LONGEST_STEP_MS) this.#heardMs += Math.min(sounded, passed);
    }
    this.#last = { position, at };
  }

  #begin(songId) {
    [this.#songId, this.#heardMs, this.#isTold, this.#last, this.#mayTellAt] = [songId, 0, false, null, 0];
  }

  // Where it does not count yet, or nobody answers, it is told again a little later.
  async #tell({ song_id: songId }) {
    if (this.#now() < this.#mayTellAt) return;
    this.#mayTellAt = this.#now() + AGAIN_AFTER_MS;
    const told = { song_id: songId, heard_ms: Math.round(this.#heardMs) };
    const answer = await catchRefusal(postJson(`/api/nests/${window.NEST_CODE}/heard`, told));
    if (answer?.counted && songId === this.#songId) this.#isTold = true;
  }
}
