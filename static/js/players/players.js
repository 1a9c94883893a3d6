// One player for the page, made of those for each kind of song.

import { loadOnce } from "../core/load_later.js";
import { updateDevice } from "./device_state.js";
import { LibraryPlayer } from "./library_player.js";
import { createFailureReports } from "./playback_failures.js";

export class Players {
  #store;
  #library;
  #account;
  #video = null; // The player of videos, fetched with the first of them.
  #loadVideo;
  #isListening = false;
  #volume = 1;

  // `account` is the player of the listener's own account; null where the server has none.
  constructor({ store, clock, speaker, fetchMedia, trim, quality, place, account, mixes, tell }) {
    [this.#store, this.#account] = [store, account];
    this.#library = new LibraryPlayer({
      store,
      clock,
      fetchMedia,
      elements: [new Audio(), new Audio()],
      speaker,
      trim,
      quality,
      report: createFailureReports(tell, clock.local),
      isSubstitute: (song) => mixes && song.src !== "youtube" && !account?.isFollowing(),
    });
    this.#loadVideo = loadOnce(async () => {
      const { YouTubePlayer } = await import("./youtube_player.js");
      return new YouTubePlayer({ store, clock, place, update: (patch) => updateDevice(store, patch) });
    });
  }

  listen() {
    this.#isListening = true;
    this.#library.listen();
    this.#video?.listen();
  }

  resume() {
    this.#isListening = true;
    this.#library.resume();
    this.#video?.listen();
  }

  stop() {
    this.#isListening = false;
    this.#library.stop();
    this.#video?.stop();
  }

  // Everything that must be so now, given what the store says.
  look() {
    this.#library.look();
    if (this.#video) this.#video.look();
    else if (this.#store.state().nest?.song?.src === "youtube") this.#beginVideos();
  }

  async #beginVideos() {
    const video = await this.#loadVideo();
    if (!video || this.#video) return;
    this.#video = video;
    video.setVolume(this.#volume);
    if (this.#isListening) video.listen();
  }

  setVolume(share) {
    this.#volume = share;
    for (const player of [this.#library, this.#video, this.#account]) player?.setVolume(share);
  }

  // Of this device, times the nest's: 0 is silence.
  volume() {
    return this.#volume;
  }

  isListening() {
    return this.#library.isListening();
  }

  position() {
    return this.#sounding().position();
  }

  songId() {
    return this.#sounding().songId();
  }

  errorMs() {
    return this.#sounding().errorMs();
  }

  // Whoever sounds just now; the library's where nobody does.
  #sounding() {
    return this.#video?.songId() ? this.#video : this.#library;
  }
}
