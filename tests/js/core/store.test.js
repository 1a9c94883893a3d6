// R1: events are applied in order; older ones are dropped; a gap makes the page ask again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../../static/js/core/store.js";
import { wire } from "../support.js";

function welcomed() {
  const store = createStore();
  store.welcome(wire("welcome"));
  return store;
}

const locked = (rev, songId) => ({ ...wire("next_locked"), rev, song_id: songId });
const lockedSong = (store) => store.state().nest.playback.locked_song_id;

test("the next event is applied", () => {
  const store = welcomed();

  assert.equal(store.hear(locked(18, 12)), true);

  assert.equal(lockedSong(store), 12);
  assert.equal(store.state().nest.rev, 18);
});

test("an event that came before is dropped", () => {
  const store = welcomed();
  store.hear(locked(18, 12));

  assert.equal(store.hear(locked(18, 13)), true);

  assert.equal(lockedSong(store), 12);
});

test("after a gap nothing is applied and the page asks again", () => {
  const store = welcomed();

  assert.equal(store.hear(locked(19, 12)), false);

  assert.equal(store.state().nest.rev, 17);
});

test("a welcome with missed events continues from what the page holds", () => {
  const store = welcomed();
  const missed = { ...wire("welcome"), snapshot: null, rev: 19, events: [wire("volume_changed"), locked(19, 12)] };

  store.welcome(missed);

  assert.equal(store.state().nest.rev, 19);
  assert.equal(store.state().nest.volume, 80);
});

test("a welcome with a snapshot replaces everything", () => {
  const store = welcomed();
  store.hear(wire("queue_cleared"));

  store.welcome(wire("welcome"));

  assert.equal(store.state().nest.rev, 17);
  assert.equal(store.state().nest.queue.length, 2);
});

test("subscribers hear the state and the one before", () => {
  const store = welcomed();
  const heard = [];
  store.subscribe((state, before) => heard.push([before.nest.rev, state.nest.rev]));

  store.hear(locked(18, 12));

  assert.deepEqual(heard, [[17, 17], [17, 18]]);
});

const chosen = (rev) => ({ ...wire("preferences_changed"), rev });

test("what concerns only me has a revision of its own", () => {
  const store = welcomed();

  assert.equal(store.hear(chosen(4)), true);
  assert.equal(store.hear(chosen(4)), true);
  assert.equal(store.hear(chosen(6)), false);

  const { rev, preferences } = store.state().nest.mine;
  assert.deepEqual({ rev, preferences }, { rev: 4, preferences: wire("preferences_changed").preferences });
  assert.equal(store.state().nest.rev, 17);
});

test("a return brings what was missed in both scopes", () => {
  const store = welcomed();
  const events = [locked(18, 12), chosen(3), chosen(4)];

  store.welcome({ ...wire("welcome"), snapshot: null, rev: 18, events });

  assert.equal(store.state().nest.mine.rev, 4);
  assert.equal(store.state().nest.rev, 18);
});
