// The one place where the page keeps what it knows. Views subscribe and are functions of it.

import { NOTHING_PENDING } from "./pending.js";
import { fromSnapshot, listenerReducers, reduce } from "./reducers.js";
import { withRightsOf } from "./rights.js";
import { changeRest, recordPlayed } from "../queue/repeats.js";
import { recordHeard } from "../queue/song_rules.js";

const AT_FIRST = {
  connection: { status: "connecting" },
  you: null,
  epoch: null,
  nest: null, // the snapshot, kept true by the reducers; null before the first welcome
  noRepeatMs: 0, // how long after its end a track may not be added again
  playedRecently: {}, // URI -> when it may be added again, ms
  artistsHeard: {}, // artist, folded -> when a song of theirs ended last, where artists have to rest
  pending: NOTHING_PENDING, // what I asked for and the nest has not answered yet
  undoable: [], // {token, sentence}: what a toast still offers to take back, or says
  device: { listening: "off", error_ms: null },
  accounts: null, // of mine, which music is heard on; null before anybody said
  guestsWaiting: null, // to be let in, where I look after guests; null before anybody said
  listenersWaiting: null, // {count, person}: who has asked to come in, where I may let them in
  sentOut: null, // {banned, reason}: a moderator has sent me out
  // about: the song to write about; readTo: a message's id; calls: how often somebody came to write.
  chat: { isOpen: false, about: null, readTo: null, calls: 0 },
  here: null, // {device, tab}: this page as one of my devices; null where it is none, as a wall is
  preferences: null, // mine, as the server last told them over HTTP
  own: null, // how listening on an account of one's own goes: players/spotify_player.js tells it
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

  // Applies one event. False if one before it is missing, so that the page must ask again.
  function hear(event) {
    if (event.scope === "listener") return hearMine(event);
    const rev = state.nest?.rev;
    if (rev === undefined || event.rev > rev + 1) return false;

    if (event.rev === rev + 1) set(applyEvent(state, event));
    return true;
  }

  // What concerns only me has a revision of its own.
  function hearMine(event) {
    const { nest } = state;
    if (!nest || event.rev > nest.mine.rev + 1) return false;

    if (event.rev === nest.mine.rev + 1) set({ nest: { ...nest, mine: reduceMine(nest.mine, event) } });
    return true;
  }

  return { state: () => state, set, subscribe, welcome: (message) => set(applyWelcome(state, message)), hear };
}

// What a welcome changes: a new snapshot, or the events since the one that is known: those of the
// nest, then those that concern only me.
function applyWelcome(state, { you, epoch, snapshot, events, playback, ...repeats }) {
  const start = snapshot ? fromSnapshot(snapshot) : state.nest;
  const ofNest = (events ?? []).filter(({ scope, rev }) => scope !== "listener" && rev > start.rev);
  const own = (events ?? []).filter(({ scope, rev }) => scope === "listener" && rev > start.mine.rev);
  const caughtUp = ofNest.reduce((sofar, event) => reduce(sofar, event, you.id), start);
  const nest = { ...caughtUp, mine: own.reduce(reduceMine, start.mine) };
  const { no_repeat_ms: noRepeatMs, played_recently: playedRecently, artists_heard: artistsHeard } = repeats;
  const rests = { noRepeatMs, playedRecently, artistsHeard };
  return { you, epoch, nest: { ...nest, playback }, ...rests, connection: { status: "open" } };
}

function applyEvent(state, event) {
  const { nest, you } = state;
  const changed = reduce(nest, event, you.id);
  const rests = changeRest(state, nest.nest.no_repeat_minutes, changed.nest.no_repeat_minutes);
  return {
    nest: changed,
    you: event.type === "nest_settings_changed" ? withRightsOf(you, changed) : you,
    noRepeatMs: rests.noRepeatMs,
    playedRecently: recordPlayed(rests.playedRecently, event, nest, rests.noRepeatMs),
    artistsHeard: recordHeard(state.artistsHeard, event, nest),
  };
}

function reduceMine(mine, event) {
  const reducer = listenerReducers[event.type];
  return { ...(reducer ? reducer(mine, event) : mine), rev: event.rev };
}
