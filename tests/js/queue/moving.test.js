// Moving songs: who may, where to, and what is said of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { describeMove, findTarget } from "../../../static/js/queue/move_targets.js";
import { mountQueue } from "../../../static/js/queue/queue.js";
import { key, openPage, part, press, settle, stubNest, texts, welcomedStore } from "../page.js";
import { ALICE, BOB, wire } from "../support.js";

await import("../../../static/js/queue/moving.js"); // So that what is fetched later is there at once.

const songs = [1, 2, 3].map((songId) => ({ song_id: songId, title: `Song ${songId}` }));

// Green is Bob's, Red is Alice's; `change(snapshot)` alters that first.
function open(change = () => {}) {
  const page = openPage("player/_queue.html", "player/_reactions.html");
  const store = welcomedStore((message) => {
    change(message.snapshot, message);
    return message;
  });
  const nest = stubNest();
  const root = page.at("queue");
  mountQueue(root, store, nest.send);
  const row = (title) => root.querySelectorAll(".song").find((each) => part(each, "title").textContent === title);
  return { ...page, store, nest, root, row, titles: () => texts(part(root, "list"), "title") };
}

function makeDj(snapshot) {
  snapshot.nest.control_mode = "dj";
  snapshot.dj = { id: BOB, name: "Bob" };
}

function makeMine(snapshot) {
  snapshot.queue.forEach((song) => (song.user = BOB));
}

const offered = (row) => !part(row, "move").hidden;

test("a step leads before another song, or behind all", () => {
  const targets = (step) => songs.map((song) => findTarget(step, song.song_id, songs));

  assert.deepEqual(targets("top"), [undefined, 1, 1]);
  assert.deepEqual(targets("up"), [undefined, 1, 2]);
  assert.deepEqual(targets("down"), [3, null, undefined]);
  assert.deepEqual(targets("end"), [null, null, undefined]);
});

test("what is said names the song and its new number", () => {
  assert.equal(describeMove(2, songs), "“Song 2” is now number 2 of 3.");
  assert.equal(describeMove(7, songs), "");
});

test("one song of my own has no turn to change with", () => {
  const { row } = open();

  assert.deepEqual([offered(row("Green")), offered(row("Red"))], [false, false]);
});

test("two songs of my own may change turns, and a DJ's song stays where it is", () => {
  const { row } = open(makeMine);
  const placed = open((snapshot) => {
    makeMine(snapshot);
    snapshot.queue[0].placed = true;
  });

  assert.deepEqual([offered(row("Green")), offered(row("Red"))], [true, true]);
  assert.deepEqual([offered(placed.row("Green")), offered(placed.row("Red"))], [false, true]);
});

test("a DJ moves every song but the one that is certain", () => {
  const { row } = open((snapshot, message) => {
    makeDj(snapshot);
    message.playback.locked_song_id = 13;
  });

  assert.deepEqual([offered(row("Green")), offered(row("Red"))], [true, false]);
});

test("whoever becomes the DJ while the page is open may move from then on", () => {
  const { row, store } = open((snapshot) => {
    makeDj(snapshot);
    snapshot.dj = { id: ALICE, name: "Alice" };
  });
  const before = offered(row("Red"));

  store.hear({ ...wire("dj_named"), rev: 18, dj: { id: BOB, name: "Bob" } });

  assert.deepEqual([before, offered(row("Red"))], [false, true]);
});

test("Alt and an arrow move a song at once, and it is said once it is done", async () => {
  const { nest, row, root, store, titles } = open(makeDj);

  const event = key(part(row("Red"), "up"), "ArrowUp", { altKey: true });
  await settle();
  const shown = titles();
  store.hear({ ...wire("song_moved"), rev: 18 });
  await nest.answer({ changed: true });

  assert.equal(event.defaultPrevented, true);
  assert.deepEqual(nest.sent, [{ type: "move_song", song_id: 13, before: 12 }]);
  assert.deepEqual([shown, titles()], [["Red", "Green"], ["Red", "Green"]]);
  assert.equal(part(root, "moved").textContent, "“Red” is now number 1 of 2.");
});

test("what the nest refuses stands where it stood, and the sentence says why", async () => {
  const { nest, row, at, titles } = open(makeDj);

  key(part(row("Red"), "up"), "ArrowUp", { altKey: true });
  await settle();
  await nest.refuse("place_fixed", "This song is certain to play next.");

  assert.deepEqual(titles(), ["Green", "Red"]);
  assert.equal(at("refusal").textContent, "This song is certain to play next.");
});

test("the menu moves, says what a move means, and gives the focus back", async () => {
  const { nest, row, root, document } = open(makeDj);

  press(row("Green"), "move");
  await settle();
  const meaning = part(part(root, "moves"), "meaning").textContent;
  part(root, "moves").querySelector("[data-step=end]").click();

  assert.match(meaning, /stays where you put it/u);
  assert.deepEqual(nest.sent, [{ type: "move_song", song_id: 12, before: null }]);
  assert.equal(document.activeElement, part(row("Green"), "move"));
});

test("behind all means behind my own where there is no DJ", async () => {
  const { nest, row, titles } = open((snapshot) => {
    makeMine(snapshot);
    snapshot.queue.push({ ...snapshot.queue[1], song_id: 14, title: "Blue", user: ALICE, order: 1_000 });
  });

  key(part(row("Green"), "up"), "ArrowDown", { altKey: true });
  await settle();

  assert.deepEqual(nest.sent, [{ type: "move_song", song_id: 12, before: null }]);
  assert.deepEqual(titles(), ["Red", "Green", "Blue"]);
});

test("a key alone, and a song that is nobody's to move, move nothing", async () => {
  const { nest, row } = open();

  key(part(row("Red"), "up"), "ArrowUp", { altKey: true });
  key(part(row("Red"), "up"), "ArrowUp");
  await settle();

  assert.deepEqual(nest.sent, []);
});
