// E1 and E2: listeners sit on a line; I am first, the rest stay where they landed, and who jams hops.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountBenderAvatar } from "../../../static/js/listeners/bender_avatar.js";
import { computeSag, countSeats, drawHangingPath, drawRipplingPath, measureFree, placeSeat } from "../../../static/js/listeners/line_geometry.js";
import { mountListeners } from "../../../static/js/listeners/listeners.js";
import { mountListenersDialog } from "../../../static/js/listeners/listeners_dialog.js";
import { fillSeats, findJammers, orderSeats } from "../../../static/js/listeners/seating.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, texts, welcomedStore } from "../page.js";
import { ALICE, BOB, wire } from "../support.js";

const ids = { Alice: ALICE, Bob: BOB };
const person = (name) => ({ id: ids[name] ?? `id of ${name}`, name, picture: "" });
const people = (...names) => names.map(person);
const names = (list) => list.map(({ name }) => name);
const you = person("Bob");

test("I sit first, and the others as they came", () => {
  assert.deepEqual(names(orderSeats(people("Alice", "Carol", "Bob"), you, { user: "id of Carol" })), ["Bob", "Alice", "Carol"]);
});

test("in a crowd whose song plays sits beside me", () => {
  const crowd = people("Alice", "Carol", "Dan", "Erin", "Frank", "Bob");

  assert.deepEqual(names(orderSeats(crowd, you, { user: "id of Frank" })).slice(0, 3), ["Bob", "Frank", "Alice"]);
});

test("who finds no seat is counted on the last one", () => {
  const seats = fillSeats(people("A", "B", "C", "D", "E"), 3);

  assert.deepEqual(names(seats.slice(0, 2)), ["A", "B"]);
  assert.equal(seats[2].more, 3);
  assert.equal(fillSeats(people("A", "B"), 2).length, 2);
});

const jams = (...who) => ({ song: { song_id: 1, jams: who.map((id) => ({ id })) }, queue: [] });
const state = (nest, pending = {}) => ({ nest, you, pending: { jams: pending } });

test("who begins to jam hops", () => {
  assert.deepEqual(findJammers(state(jams(ALICE)), state(jams())), [ALICE]);
});

test("I hop when I press, and not once more when the nest repeats it", () => {
  assert.deepEqual(findJammers(state(jams(), { 1: true }), state(jams())), [BOB]);
  assert.deepEqual(findJammers(state(jams(BOB, ALICE), { 1: true }), state(jams(), { 1: true })), [ALICE]);
});

test("on a narrow line there are three seats, on a wide one fourteen", () => {
  assert.deepEqual([countSeats(100, 1), countSeats(600, 1), countSeats(5_000, 1)], [3, 10, 14]);
  assert.equal(countSeats(1_800, 3), countSeats(1_800 / 3 + 22, 1));
});

test("Bender's place is taken from the line", () => {
  assert.equal(measureFree(600, false, 1), 600);
  assert.equal(measureFree(600, true, 1), 520);
});

test("seats stand around the middle, on the line that hangs through them", () => {
  const line = { width: 600, free: 600, sag: computeSag(3, 1), scale: 1 };
  const [left, middle, right] = [0, 1, 2].map((index) => placeSeat(index, 3, line));

  assert.equal(middle.x, 300);
  assert.equal(left.x + right.x, 600);
  assert.ok(Math.abs(left.y - right.y) < 1e-9);
  assert.ok(middle.y > left.y);
});

test("the line goes through its ends at rest, and a crest lifts it where it is", () => {
  const wave = { width: 80, from: 40, reach: 40, sag: 20 };
  const heightAt = (path, x) => Number(new RegExp(`[ML]${x} ([\\d.-]+)`, "u").exec(path)[1]);

  assert.equal(drawHangingPath(80, 20), "M0 6 Q40 46 80 6");
  assert.ok(heightAt(drawRipplingPath(0, wave), 40) < 26);
  assert.ok(Math.abs(heightAt(drawRipplingPath(1, wave), 0) - 6) < 0.1);
});

function open(change) {
  const page = openPage("nests/_listeners.html", "nests/_listeners_dialog.html");
  const store = welcomedStore(change);
  const root = page.at("listeners");
  root.getBoundingClientRect = () => ({ width: 600 });
  mountListeners(root, store, { now: () => wire("welcome").server_ms });
  return { ...page, store, root, seats: () => part(root, "list").children };
}

test("everybody is there by name, and whose song plays stands forward", () => {
  const { seats } = open();

  assert.deepEqual(seats().map((seat) => seat.getAttribute("aria-label")), ["Bob", "Alice, whose song is playing"]);
});

test("who comes lands, who leaves is gone, and the seats stay the same elements", () => {
  const { store, seats } = open();
  const [bob] = seats();

  store.hear({ ...wire("listeners_changed"), rev: 18, joined: [person("Carol")], left: [ALICE], count: 2 });

  assert.deepEqual(seats().map((seat) => seat.querySelector(".listener-name").textContent), ["Bob", "Carol"]);
  assert.equal(seats()[0], bob);
});

test("more than there is room for are a number that opens the list", () => {
  const { root, store, seats } = open();
  root.getBoundingClientRect = () => ({ width: 200 });

  store.hear({ ...wire("listeners_changed"), rev: 18, joined: people("Carol", "Dan", "Erin"), left: [], count: 5 });

  assert.equal(seats().at(-1).querySelector("button").textContent, "+3");
});

test("the list names everybody, and me as me", () => {
  const { at, document, store } = open();
  document.body.append(...parseHtml('<button data-action="people"></button>'));
  mountListenersDialog(at("people"), store);

  press(document.body, "people");

  assert.deepEqual(texts(at("people"), "name"), ["Alice", "Bob (you)"]);
});

test("Bender is there when he has an idea or something of his waits", () => {
  const { at, store } = open();
  mountBenderAvatar(at("bender-avatar"), store);
  store.set({ nest: { ...store.state().nest, preview: null } });
  assert.equal(at("bender-avatar").hidden, true);

  store.hear({ ...wire("preview_changed"), rev: 18 });

  assert.equal(at("bender-avatar").hidden, false);
});
