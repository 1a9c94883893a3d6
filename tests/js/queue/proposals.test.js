// Songs that wait for approval, as whoever decides and whoever wished for them see it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { mountProposals } from "../../../static/js/queue/proposals.js";
import { openPage, press, stubNest, welcomedStore } from "../page.js";
import { wire } from "../support.js";

let page;
let nest;

beforeEach(() => {
  page = openPage("player/_queue.html");
  nest = stubNest();
});

function open(decides) {
  const store = welcomedStore((message) => {
    message.you.may.approve_song = decides;
    return message;
  });
  const root = page.at("proposals");
  mountProposals(root, store, nest.send);
  return { store, root };
}

const shown = (root) => root.querySelectorAll(".row").map((row) => row.querySelector("[data-part=title]").textContent);
const find = (root, name) => root.querySelector(`[data-part=${name}]`);

test("whoever decides sees what waits, and approves or refuses it", () => {
  const { store, root } = open(true);
  assert.ok(root.hidden);

  store.hear(wire("songs_proposed"));
  assert.deepEqual(shown(root), ["Umber"]);
  assert.equal(find(root, "summary").textContent, "1 song");
  assert.ok(find(root, "withdraw").hidden);
  press(root, "approve");
  press(root, "refuse");

  assert.deepEqual(nest.sent, [{ type: "approve_song", song_id: 15 }, { type: "refuse_song", song_id: 15 }]);
  store.hear({ ...wire("song_approved"), rev: 19 });
  assert.ok(root.hidden);
});

test("who wished for a song sees it waiting, takes it back, and hears that it was refused", () => {
  const { store, root } = open(false);
  store.hear(wire("songs_proposed"));

  assert.deepEqual(shown(root), ["Umber"]);
  assert.ok(find(root, "approve").hidden);
  press(root, "withdraw");
  assert.deepEqual(nest.sent, [{ type: "remove_song", song_id: 15 }]);
  store.hear({ ...wire("song_refused"), rev: 19 });

  assert.ok(root.hidden);
  assert.deepEqual(store.state().undoable.map(({ sentence, isNotice }) => [sentence, isNotice]), [["“Umber” was not approved.", true]]);
});

test("what others wished for is nobody else's business", () => {
  const { store, root } = open(false);
  const event = wire("songs_proposed");
  event.songs[0].user = "somebody else";

  store.hear(event);
  store.hear({ ...wire("song_refused"), rev: 19 });

  assert.ok(root.hidden);
  assert.deepEqual(store.state().undoable, []);
});
