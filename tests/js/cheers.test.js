// Jams and comments as they are shown, before and after the nest has answered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { capped, commentsOf, hasMyJam, jamsOf, namesOf, newHorn, newlyJammed } from "../../static/js/cheers.js";

const alice = { email: "alice@example.com", name: "Alice", picture: "" };
const bob = { email: "bob@example.com", name: "Bob", picture: "" };
const song = (more = {}) => ({ song_id: 1, jams: [], comments: [], ...more });
const state = (more = {}) => ({ you: alice, jamsInFlight: {}, saying: [], ...more });

test("a jam shows the moment it is pressed", () => {
  const shown = jamsOf(song({ jams: [bob] }), state({ jamsInFlight: { 1: true } }));

  assert.deepEqual(shown, [bob, alice]);
});

test("a jam taken back is gone the moment it is pressed", () => {
  const mine = song({ jams: [alice, bob] });

  assert.deepEqual(jamsOf(mine, state({ jamsInFlight: { 1: false } })), [bob]);
  assert.equal(hasMyJam(mine, state()), true);
});

test("the nest's answer is not counted twice", () => {
  const answered = song({ jams: [alice] });

  assert.deepEqual(jamsOf(answered, state({ jamsInFlight: { 1: true } })), [alice]);
});

test("my words show while they are on their way, and once when they have arrived", () => {
  const words = { song_id: 1, text: "Lovely", at_ms: 5_000 };
  const echoed = song({ comments: [{ ...alice, text: "Lovely", at_ms: 5_100 }] });

  const [waiting] = commentsOf(song(), state({ saying: [words] }));
  assert.deepEqual([waiting.text, waiting.name, waiting.isWaiting], ["Lovely", "Alice", true]);
  assert.deepEqual(commentsOf(echoed, state({ saying: [words] })), echoed.comments);
  assert.deepEqual(commentsOf(song({ song_id: 2 }), state({ saying: [words] })), []);
});

test("who begins to jam is told once, wherever the song stands", () => {
  const before = { song: song(), queue: [song({ song_id: 2, jams: [bob] })] };
  const after = { song: song({ jams: [bob] }), queue: [song({ song_id: 2, jams: [bob, alice] })] };

  assert.deepEqual(newlyJammed(before, after), [bob.email, alice.email]);
  assert.deepEqual(newlyJammed(before, before), []);
});

test("a song that has just come brings its jams without a hop", () => {
  const queue = [song({ jams: [bob] })];

  assert.deepEqual(newlyJammed({ song: null, queue: [] }, { song: null, queue }), []);
});

test("a horn is heard once, and one from before a return not at all", () => {
  const horn = (at) => ({ name: "goose", at_ms: at });
  const quiet = { airhorns: [] };
  const loud = { airhorns: [horn(10_300)] };

  assert.equal(newHorn(quiet, loud, 10_000), loud.airhorns[0]);
  assert.equal(newHorn(loud, loud, 10_400), null);
  assert.equal(newHorn(null, loud, 10_000), null);
  assert.equal(newHorn(quiet, loud, 60_000), null);
});

test("many faces are a few and a number", () => {
  assert.deepEqual(capped([1, 2, 3], 4), { shown: [1, 2, 3], more: 0 });
  assert.deepEqual(capped([1, 2, 3, 4, 5], 4), { shown: [1, 2, 3], more: 2 });
});

test("names are said as people say them", () => {
  assert.equal(namesOf([alice]), "Alice");
  assert.equal(namesOf([alice, bob]), "Alice and Bob");
});
