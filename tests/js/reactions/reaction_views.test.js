// Q8, Q9 and E2: jams, comments and airhorns on what plays now.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { mountAirhornCaptions } from "../../../static/js/reactions/airhorn_captions.js";
import { mountAirhorns } from "../../../static/js/reactions/airhorns.js";
import { mountNowPlayingReactions } from "../../../static/js/reactions/now_playing_reactions.js";
import { Refusal } from "../../../static/js/core/refusal.js";
import { key, openPage, part, press, settle, stubNest, texts, welcomedStore, write } from "../page.js";
import { ALICE, BOB, wire } from "../support.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function open(mount) {
  const page = openPage("player/_now_playing.html", "player/_reactions.html", "nests/_listeners.html");
  const store = welcomedStore();
  const nest = stubNest();
  mount({ ...page, store, nest });
  return { ...page, store, nest, root: page.at("now-playing") };
}

const reactions = () => open(({ at, store, nest }) => mountNowPlayingReactions(at("now-playing"), store, nest.send));

test("a jam shows at once, and a second press takes it back", () => {
  const { root, nest } = reactions();
  const jams = () => part(root, "jams").getAttribute("aria-label");

  press(root, "jam");
  assert.equal(jams(), "Jams: Bob");
  press(root, "jam");

  assert.equal(jams(), "Jams: ");
  assert.equal(nest.sent.length, 2);
});

test("the thread lies over the cover until Escape", () => {
  const { root, document } = reactions();

  press(root, "comments");
  assert.equal(part(root, "comments-panel").hidden, false);
  key(part(root, "comments-panel").querySelector("input"), "Escape");

  assert.equal(part(root, "comments-panel").hidden, true);
  assert.equal(document.activeElement, part(root, "comments-button"));
});

test("words show paler until the nest repeats them, and then once", async () => {
  const { root, nest, store } = reactions();
  press(root, "comments");
  const form = part(root, "comments-panel").querySelector("form");
  write(form.elements.text, "Lovely");

  form.requestSubmit();
  const row = part(root, "comments").children[0];
  assert.deepEqual([part(row, "text").textContent, row.classList.contains("is-pending")], ["Lovely", true]);
  const comment = { id: BOB, name: "Bob", picture: "", text: "Lovely", at_ms: Date.now() };
  store.hear({ ...wire("comment_added"), rev: 18, song_id: 11, comment });
  await nest.answer();

  assert.deepEqual(texts(root, "text"), ["Lovely"]);
  assert.equal(part(root, "comments-count").textContent, "1");
});

test("words that are refused are given back to be said again", async () => {
  const { root, nest } = reactions();
  press(root, "comments");
  const form = part(root, "comments-panel").querySelector("form");
  write(form.elements.text, "Lovely");
  form.requestSubmit();
  assert.equal(form.elements.text.value, "");

  await nest.refuse("rate_limited");

  assert.equal(form.elements.text.value, "Lovely");
  assert.deepEqual(texts(root, "text"), []);
});

test("near the end one is told how much room is left", () => {
  const { root } = reactions();
  press(root, "comments");
  const { text } = part(root, "comments-panel").querySelector("form").elements;

  write(text, "x".repeat(239));
  assert.equal(part(root, "left").textContent, "");
  write(text, "x".repeat(250));

  assert.equal(part(root, "left").textContent, "30");
});

test("nothing is nothing to say", () => {
  const { root, nest } = reactions();
  press(root, "comments");

  part(root, "comments-panel").querySelector("form").requestSubmit();

  assert.deepEqual(nest.sent, []);
});

const CLOCK = { now: () => wire("welcome").server_ms };

function airhorns() {
  const blown = [];
  const sounds = { wake() {}, blow: (name, at) => blown.push([name, at]) };
  const page = open(({ at, store, nest }) => mountAirhorns(at("airhorns"), store, nest.send, sounds, CLOCK));
  const blow = (user) => {
    const at = CLOCK.now() + 400 + page.store.state().nest.rev; // Each has a moment of its own.
    page.store.hear({ ...wire("airhorn_blown"), rev: page.store.state().nest.rev + 1, user, at_ms: at, name: "ferry" });
    return at;
  };
  return { ...page, blown, blow };
}

test("ten are there to choose from, and a press sends one", async () => {
  const { at, nest } = airhorns();

  assert.equal(texts(at("airhorns"), "label").length, 10);
  at("airhorns").querySelector('[data-name="goose"]').click();
  await settle();

  assert.deepEqual(nest.sent, [{ type: "blow_airhorn", name: "goose" }]);
});

test("it sounds at its moment for those who listen, and for whoever blew it", () => {
  const { store, blow, blown } = airhorns();

  blow(ALICE);
  assert.deepEqual(blown, []);
  store.set({ device: { listening: "on" } });
  const later = blow(ALICE);

  assert.deepEqual(blown, [["ferry", later]]);
});

test("blown too soon, the seconds to wait are counted down on the button", async () => {
  const blown = { wake() {}, blow() {} };
  const refusal = new Refusal({ error: "rate_limited", message: "Too soon.", retry_after_s: 3 });
  const page = open(({ at, store }) => mountAirhorns(at("airhorns"), store, () => Promise.reject(refusal), blown, CLOCK));

  page.at("airhorns").querySelector('[data-name="goose"]').click();
  await settle();

  assert.equal(part(page.document.querySelector("[data-action=airhorns]"), "left").textContent, "3");
});

test("who does not hear an airhorn reads who blew which", () => {
  const { at, store } = open((page) => mountAirhornCaptions(page.at("airhorn-caption"), page.store, CLOCK));

  store.hear({ ...wire("airhorn_blown"), rev: 18, at_ms: CLOCK.now() + 400, name: "ferry" });
  assert.match(at("airhorn-caption").textContent, /· Ferry$/u);
  mock.timers.tick(3_500);

  assert.equal(at("airhorn-caption").textContent, "");
});
