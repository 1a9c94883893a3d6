// E5 and I9: the wall shows what plays, the next five, and who jams or blows flying by.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { mountWall } from "../../../static/js/wall/wall.js";
import { openPage, part, texts, welcomedStore } from "../page.js";
import { ALICE, wire } from "../support.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));
afterEach(() => mock.timers.reset());

function open(change) {
  const page = openPage("nests/wall.html");
  const store = welcomedStore(change);
  const clock = { now: () => wire("welcome").server_ms };
  mountWall(page.at("now-playing"), page.at("fliers"), store, clock);
  const flying = () => texts(page.at("fliers"), "words").map((words) => words.replace(/[\u2068\u2069]/gu, ""));
  return { ...page, store, clock, root: page.at("now-playing"), flying };
}

test("what plays, and who added it", () => {
  const { root, document } = open();

  assert.equal(part(root, "title").textContent, "Blue");
  assert.match(part(root, "adder-name").textContent, /^added by .*Alice/u);
  assert.equal(document.title, "Blue – The Harbours · BassNest");
});

test("the bar is filled as far as the song is", () => {
  const { root, clock } = open();
  const filled = () => Number(part(root, "done").style.getPropertyValue("scale").split(" ")[0]);

  mock.timers.tick(250);
  assert.equal(filled().toFixed(3), (20 / 180).toFixed(3));
  clock.now = () => wire("welcome").server_ms + 70_000;
  mock.timers.tick(250);
  assert.equal(filled(), 0.5);
});

test("S-2.1: while the DJ is away it says what the silence is about", () => {
  const { root } = open((message) => {
    Object.assign(message.snapshot, { dj: { id: ALICE, name: "Alice" }, dj_away_until_ms: wire("welcome").server_ms + 60_000 });
    return message;
  });

  assert.equal(part(root, "dj-away").textContent, "Alice is away. The music waits for the DJ.");
  assert.equal(part(open().root, "dj-away").hidden, true);
});

test("the next five, with when they come", () => {
  const { root } = open((message) => {
    const [song] = message.snapshot.queue;
    message.snapshot.queue = [1, 2, 3, 4, 5, 6].map((each) => ({ ...song, song_id: 20 + each, order: each, title: `Song ${each}` }));
    return message;
  });

  assert.deepEqual(texts(part(root, "next"), "title"), ["Song 1", "Song 2", "Song 3", "Song 4", "Song 5"]);
  assert.match(texts(part(root, "next"), "line")[0], /\d:\d\d/u);
});

test("with nothing queued it asks for a song", () => {
  const { root } = open((message) => {
    message.snapshot.queue = [];
    return message;
  });

  assert.equal(part(root, "nothing").hidden, false);
});

test("a jam flies by, and is gone after a while", () => {
  const { store, flying } = open();

  store.hear({ ...wire("jam_toggled"), rev: 18, song_id: 11, user: ALICE, jammed: true, jam: { id: ALICE, name: "Alice", picture: "" } });
  assert.deepEqual(flying(), ["Alice · jams"]);
  mock.timers.tick(4_000);

  assert.deepEqual(flying(), []);
});

test("an airhorn flies by with its name, and one of before does not", () => {
  const { store, clock, flying } = open();
  const horn = { ...wire("airhorn_blown"), name: "goose" };

  store.hear({ ...horn, rev: 18, at_ms: clock.now() - 60_000 });
  store.hear({ ...horn, rev: 19, at_ms: clock.now() + 300 });

  assert.equal(flying().length, 1);
  assert.match(flying()[0], /· Goose$/u);
});
