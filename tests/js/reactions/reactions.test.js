// Jams and comments as they are shown, before and after the nest has answered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { capList, readComments, hasMyJam, readJams, joinNames, findNewAirhorn, findNewJams } from "../../../static/js/reactions/reactions.js";

const alice = { id: "alice@example.com", name: "Alice", picture: "" };
const bob = { id: "bob@example.com", name: "Bob", picture: "" };
const song = (more = {}) => ({ song_id: 1, jams: [], comments: [], ...more });
const state = (pending = {}) => ({ you: alice, pending: { jams: {}, comments: {}, ...pending } });

test("a jam shows the moment it is pressed", () => {
  const shown = readJams(song({ jams: [bob] }), state({ jams: { 1: true } }));

  assert.deepEqual(shown, [bob, alice]);
});

test("a jam taken back is gone the moment it is pressed", () => {
  const mine = song({ jams: [alice, bob] });

  assert.deepEqual(readJams(mine, state({ jams: { 1: false } })), [bob]);
  assert.equal(hasMyJam(mine, state()), true);
});

test("the nest's answer is not counted twice", () => {
  const answered = song({ jams: [alice] });

  assert.deepEqual(readJams(answered, state({ jams: { 1: true } })), [alice]);
});

test("my words show while they are on their way, and once when they have arrived", () => {
  const words = { song_id: 1, text: "Lovely", at_ms: 5_000 };
  const echoed = song({ comments: [{ ...alice, text: "Lovely", at_ms: 5_100 }] });

  const [waiting] = readComments(song(), state({ comments: { a: words } }));
  assert.deepEqual([waiting.text, waiting.name, waiting.isPending], ["Lovely", "Alice", true]);
  assert.deepEqual(readComments(echoed, state({ comments: { a: words } })), echoed.comments);
  assert.deepEqual(readComments(song({ song_id: 2 }), state({ comments: { a: words } })), []);
});

test("who begins to jam is told once, wherever the song stands", () => {
  const before = { song: song(), queue: [song({ song_id: 2, jams: [bob] })] };
  const after = { song: song({ jams: [bob] }), queue: [song({ song_id: 2, jams: [bob, alice] })] };

  assert.deepEqual(findNewJams(before, after), [bob.id, alice.id]);
  assert.deepEqual(findNewJams(before, before), []);
});

test("a song that has just come brings its jams without a hop", () => {
  const queue = [song({ jams: [bob] })];

  assert.deepEqual(findNewJams({ song: null, queue: [] }, { song: null, queue }), []);
});

test("a horn is heard once, and one from before a return not at all", () => {
  const horn = (at) => ({ name: "goose", at_ms: at });
  const quiet = { airhorns: [] };
  const loud = { airhorns: [horn(10_300)] };

  assert.equal(findNewAirhorn(quiet, loud, 10_000), loud.airhorns[0]);
  assert.equal(findNewAirhorn(loud, loud, 10_400), null);
  assert.equal(findNewAirhorn(null, loud, 10_000), null);
  assert.equal(findNewAirhorn(quiet, loud, 60_000), null);
});

test("many faces are a few and a number", () => {
  assert.deepEqual(capList([1, 2, 3], 4), { shown: [1, 2, 3], more: 0 });
  assert.deepEqual(capList([1, 2, 3, 4, 5], 4), { shown: [1, 2, 3], more: 2 });
});

test("names are said as people say them", () => {
  assert.equal(joinNames([alice]), "Alice");
  assert.equal(joinNames([alice, bob]), "Alice and Bob");
});
