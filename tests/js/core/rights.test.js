import assert from "node:assert/strict";
import { test } from "node:test";

import { mayClear, mayRemove } from "../../../static/js/core/rights.js";
import { ALICE, BOB, wire } from "../support.js";

const { you } = wire("welcome");
const told = (may) => ({ ...you, id: BOB, may: { ...you.may, ...may } });

test("my own songs and Bender's go at my word, others' where the server says so", () => {
  const songs = [{ user: BOB }, { user: ALICE, auto: true }, { user: ALICE, auto: false }];

  assert.deepEqual(songs.map((song) => mayRemove(song, told({ remove_others_songs: false }))), [true, true, false]);
  assert.deepEqual(songs.map((song) => mayRemove(song, told({ remove_others_songs: true }))), [true, true, true]);
});

test("the queue is cleared where the server says so, whatever my role is called", () => {
  assert.equal(mayClear({ ...told({ clear_queue: false }), role: "admin" }), false);
  assert.equal(mayClear({ ...told({ clear_queue: true }), role: "viewer" }), true);
});
