// The one place where the page keeps what it knows. Views subscribe and are functions of it.

import { fromSnapshot, reduce } from "./reducers.js";
import { remember } from "./repeats.js";

const AT_FIRST = {
  connection: { status: "connecting" },
  you: null,
  epoch: null,
  nest: null, // the snapshot, kept true by the reducers; null before the first welcome
  noRepeatMs: 0, // how long after its end a track may not be added again
  playedRecently: {}, // URI -> when it may be added again, ms
  votesInFlight: {}, // song id -> direction I pressed and the nest has not answered yet
  jamsInFlight: {}, // song id -> whether I want to jam to it, not answered yet
  saying: [], // {song_id, text, at_ms}: comments of mine on their way
  removing: [], // ids of songs I have taken out and the nest has not confirmed yet
  playInFlight: null, // whether I want it to play, not answered yet
  undoable: [], // {token, sentence}: what a toast still offers to take back, or says
  device: { listening: "off", error_ms: null },
  accounts: null, // of mine, which music is heard on; null before anybody said
  own: null, // how listening on an account of one's own goes: players/spotify.js tells it
};

export function createStore(initial = {}) {
  let state = { ...AT_FIRST, ...initial };
  const listeners = new Set();

  function set(patch) {
    const before = state;
    state = { ...state, ...patch };
    listeners.forEach((listener) => listener(state, before));
  }

  // The listener is called now and after every change, with the state and the one before.
  function subscribe(listener) {
    listeners.add(listener);
    listener(state, state);
    return () => listeners.delete(listener);
  }

  function welcome({ you, epoch, snapshot, events, playback, ...repeats }) {
    const me = you.email;
    const start = snapshot ? fromSnapshot(snapshot) : state.nest;
    const nest = (events ?? []).filter((event) => event.rev > start.rev).reduce(
      (sofar, event) => reduce(sofar, event, me),
      start,
    );
    const { no_repeat_ms: noRepeatMs, played_recently: playedRecently } = repeats;
    set({ you, epoch, nest: { ...nest, playback }, noRepeatMs, playedRecently, connection: { status: "open" } });
  }

  // Applies one event. False if one before it is missing, so that the page must ask again.
  function hear(event) {
    const rev = state.nest?.rev;
    if (rev === undefined || event.rev > rev + 1) return false;

    if (event.rev === rev + 1) set(after(event));
    return true;
  }

  function after(event) {
    const { nest, you, playedRecently, noRepeatMs } = state;
    return {
      nest: reduce(nest, event, you.email),
      playedRecently: remember(playedRecently, event, nest, noRepeatMs),
    };
  }

  return { state: () => state, set, subscribe, welcome, hear };
}
