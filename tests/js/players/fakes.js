// Stand-ins for what players are made of: a clock that is set by hand, decks, media elements.

import { createStore } from "../../../static/js/core/store.js";
import { PageEvent, StubElement } from "../dom_stub.js";
import { wire } from "../support.js";

// Ten minutes into the nest's time; `tick(ms)` lets it go on.
export function fakeClock() {
  const time = { local: 1_000, nest: 600_000 };
  return {
    now: () => time.nest,
    local: () => time.local,
    tick: (ms) => {
      time.local += ms;
      time.nest += ms;
    },
  };
}

// A store in which `song` has played for `at` ms of a minute.
export function playingStore(clock, { song = {}, at = 10_000, queue = [] } = {}) {
  const store = createStore();
  const message = structuredClone(wire("welcome"));
  Object.assign(message.snapshot.song, { song_id: 1, trackid: "library:track:1", duration_ms: 60_000 }, song);
  message.snapshot.queue = queue.map((each) => ({ ...message.snapshot.song, ...each }));
  Object.assign(message.playback, { duration_ms: 60_000, ends_at_ms: clock.now() + 60_000 - at, is_playing: true, version: 1, locked_song_id: null });
  store.welcome(message);
  return store;
}

export function changePlayback(store, patch) {
  const { nest } = store.state();
  const playback = { ...nest.playback, version: nest.playback.version + 1, ...patch };
  store.set({ nest: { ...nest, playback } });
}

// A media element that obeys: it has its metadata at once, and plays when it is told.
export class FakeAudio extends StubElement {
  readyState = 0;
  paused = true;
  ended = false;
  seeking = false;
  currentTime = 0;
  playbackRate = 1;
  volume = 1;
  muted = false;
  error = null;
  buffered = { length: 0 };
  duration = 60;
  loads = 0;
  refusal = null; // What play() is refused with.

  constructor() {
    super("audio");
  }

  load() {
    this.loads += 1;
    this.readyState = 4;
  }

  async play() {
    if (this.refusal) throw this.refusal;
    this.paused = false;
  }

  pause() {
    this.paused = true;
  }

  fails(code) {
    this.error = { code };
    this.dispatchEvent(new PageEvent("error"));
  }
}
