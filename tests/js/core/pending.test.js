// I12: what is asked for shows at once, for as long as the nest has not answered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { showPending } from "../../../static/js/core/pending.js";
import { settle, stubNest, welcomedStore } from "../page.js";

function open() {
  const store = welcomedStore();
  return { store, nest: stubNest(), votes: () => store.state().pending.votes };
}

test("what is wanted stands there until the answer, and then no more", async () => {
  const { store, nest, votes } = open();

  showPending(store, "votes", 13, 1, nest.send({}));
  assert.deepEqual(votes(), { 13: 1 });
  await nest.answer();

  assert.deepEqual(votes(), {});
});

test("it goes as well if the nest refuses, and whoever asked hears of that", async () => {
  const { store, nest, votes } = open();
  const answer = showPending(store, "votes", 13, 1, nest.send({}));
  const refused = assert.rejects(answer, { error: "queue_full" });

  await nest.refuse("queue_full");

  await refused;
  assert.deepEqual(votes(), {});
});

test("of two presses the newest counts, until both are answered", async () => {
  const { store, nest, votes } = open();
  showPending(store, "votes", 13, 1, nest.send({}));
  showPending(store, "votes", 13, -1, nest.send({}));

  await nest.answer();
  assert.deepEqual(votes(), { 13: -1 });
  await nest.answer();

  assert.deepEqual(votes(), {});
});

test("songs and kinds do not get into each other's way", async () => {
  const { store, nest } = open();
  showPending(store, "votes", 12, 1, nest.send({}));
  showPending(store, "jams", 12, true, nest.send({}));
  showPending(store, "votes", 13, 1, nest.send({}));

  await nest.answer();

  const { votes, jams } = store.state().pending;
  assert.deepEqual([votes, jams], [{ 13: 1 }, { 12: true }]);
});

test("a view is told of both changes", async () => {
  const { store, nest } = open();
  const seen = [];
  store.subscribe(({ pending }) => seen.push(Object.keys(pending.removals).length));

  showPending(store, "removals", 12, true, nest.send({}));
  await nest.answer();
  await settle();

  assert.deepEqual(seen, [0, 1, 0]);
});
