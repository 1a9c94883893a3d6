// Q5: what has just played says so before anybody presses, and until when.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findRepeatTime } from "../../../static/js/queue/repeats.js";
import { createStore } from "../../../static/js/core/store.js";
import { wire } from "../support.js";

const HALF_AN_HOUR = 1_800_000;

function welcomed(more = {}) {
  const store = createStore();
  store.welcome({ ...wire("welcome"), ...more });
  return store;
}

test("the welcome tells what may not be added yet", () => {
  const state = welcomed().state();
  const at = state.playedRecently["library:track:9"];

  assert.equal(findRepeatTime("library:track:9", state, at - 1), at);
  assert.equal(findRepeatTime("library:track:9", state, at), null);
  assert.equal(findRepeatTime("library:track:1", state, at - 1), null);
});

test("a song that ends joins them, whatever ended it", () => {
  const store = welcomed();
  const { trackid, song_id: songId } = store.state().nest.song;

  store.hear({ ...wire("song_finished"), song_id: songId, rev: 18 });

  const { ts } = wire("song_finished");
  assert.equal(findRepeatTime(trackid, store.state(), ts), ts + HALF_AN_HOUR);
});

test("where everything may come again at once nothing is remembered", () => {
  const store = welcomed({ no_repeat_ms: 0, played_recently: {} });
  const { song_id: songId } = store.state().nest.song;

  store.hear({ ...wire("song_finished"), song_id: songId, rev: 18 });

  assert.deepEqual(store.state().playedRecently, {});
});
