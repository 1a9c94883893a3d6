// Q2, Q6 and I12: the queue shows what was pressed at once, and has it back where the nest refuses.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountQueue } from "../../../static/js/queue/queue.js";
import { key, openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, write } from "../page.js";
import { ALICE, wire } from "../support.js";

function open(change) {
  const page = openPage("player/_queue.html", "player/_reactions.html");
  const store = welcomedStore(change);
  const nest = stubNest();
  const root = page.at("queue");
  mountQueue(root, store, nest.send);
  return { ...page, store, nest, root, row: (title) => root.querySelectorAll(".song").find((row) => part(row, "title").textContent === title) };
}

const votes = (row) => part(row, "votes").textContent;
const pressed = (row, name) => part(row, name).getAttribute("aria-pressed");

test("Bob sees what waits, who chose it, and how long all of it is", () => {
  const { root, row } = open();

  assert.deepEqual(texts(part(root, "list"), "title"), ["Green", "Red"]);
  assert.match(part(row("Green"), "line").textContent, /· you$/u);
  assert.match(part(row("Red"), "line").textContent, /Alice/u);
  assert.equal(part(root, "summary").textContent, "2 songs, 6:00");
});

test("the song that is certain to play next stands first", () => {
  const { root } = open((message) => {
    message.playback.locked_song_id = 13;
    return message;
  });

  assert.deepEqual(texts(part(root, "list"), "title"), ["Red", "Green"]);
});

test("a vote shows before the nest has answered", async () => {
  const { nest, row } = open();

  press(row("Red"), "vote-up");

  assert.equal(votes(row("Red")), "1");
  assert.equal(pressed(row("Red"), "up"), "true");
  assert.deepEqual(nest.sent, [{ type: "cast_vote", song_id: 13, direction: 1 }]);
});

test("a refused vote is taken back, and the sentence says why", async () => {
  const { nest, row, at } = open();
  press(row("Red"), "vote-up");

  await nest.refuse("rate_limited", "Too fast.");

  assert.equal(votes(row("Red")), "");
  assert.equal(at("refusal").textContent, "Too fast.");
});

test("pressed once more a vote is withdrawn, and the last press counts until all are answered", async () => {
  const { nest, row } = open();
  press(row("Red"), "vote-up");
  press(row("Red"), "vote-up");

  await nest.answer();

  assert.deepEqual(nest.sent.map(({ direction }) => direction), [1, 0]);
  assert.equal(pressed(row("Red"), "up"), "false");
});

test("a removed song is gone at once, and can be had back for a while", async () => {
  const { nest, root, row, store } = open();

  press(row("Green"), "remove");
  assert.deepEqual(texts(part(root, "list"), "title"), ["Red"]);
  store.hear({ ...wire("song_removed"), rev: 18, song_id: 12, moved: [] });
  await nest.answer({ undo_token: "u1" });

  assert.deepEqual(texts(part(root, "list"), "title"), ["Red"]);
  assert.deepEqual(store.state().undoable.map(({ token, sentence }) => [token, sentence]), [["u1", "Removed “Green”"]]);
});

test("a song whose removal is refused comes back", async () => {
  const { nest, root, row, store } = open();
  press(row("Green"), "remove");

  await nest.refuse("forbidden");

  assert.deepEqual(texts(part(root, "list"), "title"), ["Green", "Red"]);
  assert.deepEqual(store.state().undoable, []);
});

test("Bob is offered to remove what is his, not what is Alice's", () => {
  const { row } = open();

  assert.equal(part(row("Green"), "remove").hidden, false);
  assert.equal(part(row("Red"), "remove").hidden, true);
});

test("whoever may not clear the queue has no button for it", () => {
  const { root } = open((message) => {
    message.you.may.clear_queue = false;
    return message;
  });

  assert.equal(part(root, "clear").hidden, true);
});

test("clearing can be taken back, too", async () => {
  const { nest, root, store } = open();

  press(root, "clear");
  await nest.answer({ undo_token: "u2" });

  assert.deepEqual(nest.sent, [{ type: "clear_queue" }]);
  assert.equal(store.state().undoable[0].sentence, "Cleared the queue");
});

test("a thread opens under its row, takes words, and closes on Escape with the focus back", async () => {
  const { nest, row, document } = open();
  press(row("Red"), "comments");
  const field = row("Red").querySelector("form input");

  write(field, "Lovely");
  row("Red").querySelector("form").requestSubmit();
  const said = texts(row("Red"), "text");
  key(field, "Escape");

  assert.deepEqual(nest.sent, [{ type: "add_comment", song_id: 13, text: "Lovely" }]);
  assert.deepEqual(said, ["Lovely"]);
  assert.equal(part(row("Red"), "comments-panel").hidden, true);
  assert.equal(document.activeElement, part(row("Red"), "comments-button"));
});

test("why a song stands here is asked of the server, and told in two lines", async () => {
  const people = [{ id: ALICE, name: "Alice", last_hour_s: 240 }];
  const asked = stubServer({ "/api/nests/X7K2P/fairness": { people } });
  const { row } = open();

  press(row("Red"), "why");
  await settle();

  assert.equal(asked.length, 1);
  assert.match(part(row("Red"), "airtime").textContent, /^Alice has had 4 min of the last hour/u);
  assert.match(part(row("Red"), "place").textContent, /^1 song and 3 min before it/u);
});

test("an explanation goes with its song", async () => {
  stubServer({ "/api/nests/X7K2P/fairness": { people: [] } });
  const { row, root, store } = open();
  press(row("Green"), "why");
  await settle();

  store.hear({ ...wire("song_removed"), rev: 18, song_id: 12, moved: [] });

  assert.deepEqual(texts(part(root, "list"), "title"), ["Red"]);
});

test("a jam shows at once", () => {
  const { nest, row } = open();

  press(row("Red"), "jam");

  assert.equal(pressed(row("Red"), "jam"), "true");
  assert.equal(part(row("Red"), "jams").getAttribute("aria-label"), "Jams: Bob");
  assert.deepEqual(nest.sent, [{ type: "toggle_jam", song_id: 13 }]);
});

test("what else one may do opens on one press", () => {
  const { row } = open();

  press(row("Red"), "more");

  assert.equal(row("Red").classList.contains("is-open"), true);
  assert.equal(part(row("Red"), "more").getAttribute("aria-expanded"), "true");
});

test("an empty queue with nothing playing hides itself", () => {
  const { root } = open((message) => {
    message.snapshot.queue = [];
    message.snapshot.song = null;
    return message;
  });

  assert.equal(root.hidden, true);
});

test("where votes are off nobody is offered one, and without downvotes only the way up", () => {
  const offered = (set) => {
    const page = openPage("player/_queue.html");
    const store = welcomedStore((message) => {
      Object.assign(message.snapshot.nest, set);
      return message;
    });
    mountQueue(page.at("queue"), store, () => {});
    const row = page.at("queue").querySelector(".song");
    return ["up", "down"].map((name) => !row.querySelector(`[data-part=${name}]`).hidden);
  };

  assert.deepEqual(offered({ votes: true, downvotes: true }), [true, true]);
  assert.deepEqual(offered({ votes: true, downvotes: false }), [true, false]);
  assert.deepEqual(offered({ votes: false, downvotes: true }), [false, false]);
});
