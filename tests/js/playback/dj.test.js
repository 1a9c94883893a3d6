// S-6.1, S-2.1 and S-2.3: who controls what plays, and how long the music waits for them.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createClock } from "../../../static/js/core/clock.js";
import { mountDj } from "../../../static/js/playback/dj.js";
import { mountListenersDialog } from "../../../static/js/listeners/listeners_dialog.js";
import { mountTransport } from "../../../static/js/playback/transport.js";
import { openPage, part, stubNest, texts, welcomedStore } from "../page.js";
import { ALICE, BOB, wire } from "../support.js";

beforeEach(() => mock.timers.enable({ apis: ["setInterval", "setTimeout"] }));
afterEach(() => mock.timers.reset());

const TS = wire("welcome").server_ms;
const settings = wire("nest_settings_changed");

function withDj(welcome, dj = ALICE) {
  welcome.snapshot.nest.control_mode = "dj";
  welcome.snapshot.dj = { id: dj, name: dj === ALICE ? "Alice" : "Bob" };
  return welcome;
}

function open(change = withDj) {
  const page = openPage("player/_now_playing.html", "player/_mini_player.html", "nests/_listeners_dialog.html");
  const store = welcomedStore(change);
  const nest = stubNest();
  const time = { now: 1_000 };
  const clock = createClock(() => time.now);
  clock.guess(TS);
  const root = page.at("now-playing");
  mountTransport(root, store, nest.send, clock);
  mountDj(page.document, root, store, clock);
  let rev = store.state().nest.rev;
  const hear = (event) => store.hear({ ...event, rev: (rev += 1), ts: TS });
  const controls = () => ["previous", "toggle", "skip"].map((name) => root.querySelector(`[data-action="${name}"]`).disabled);
  return { ...page, root, store, nest, time, hear, controls };
}

const ALL = [true, true, true];
const NONE = [false, false, false];

test("whoever is not the DJ is told who is, in place of the buttons", () => {
  const { root, document, controls } = open();

  assert.equal(part(root, "dj").textContent, "Alice is the DJ");
  assert.equal(part(root, "dj").hidden, false);
  assert.deepEqual(controls(), ALL);
  assert.equal(part(root, "slider").disabled, true);
  assert.ok(document.body.classList.contains("is-under-dj"));
});

test("the DJ has every button, and is told so", () => {
  const { root, controls } = open((welcome) => withDj(welcome, BOB));

  assert.deepEqual(controls(), NONE);
  assert.equal(part(root, "slider").disabled, false);
  assert.equal(part(root, "dj").hidden, true);
  assert.equal(part(root, "scope").textContent, "You are the DJ");
});

test("in an open nest nothing is said of a DJ", () => {
  const { root, document, controls } = open((welcome) => welcome);

  assert.deepEqual(controls(), NONE);
  assert.equal(part(root, "dj").hidden, true);
  assert.equal(part(root, "scope").textContent, "For everyone");
  assert.equal(document.body.classList.contains("is-under-dj"), false);
});

test("the buttons follow what the nest is set to, and who is named", () => {
  const { root, hear, controls } = open((welcome) => welcome);

  hear({ ...settings, control_mode: "dj" });
  const underAlice = controls();
  hear({ ...wire("dj_named"), dj: { id: BOB, name: "Bob" } });
  const asDj = controls();
  const slider = part(root, "slider").disabled;
  hear({ ...settings, control_mode: "open" });

  assert.deepEqual([underAlice, asDj, controls()], [ALL, NONE, NONE]);
  assert.equal(slider, false);
});

test("while the DJ is away the time that is left runs on the nest's clock", () => {
  const { root, hear, time } = open();
  const away = part(root, "dj-away");

  hear({ ...wire("dj_away"), until_ms: TS + 600_000 });
  assert.equal(part(away, "sentence").textContent, "Alice is away.");
  assert.equal(part(away, "left").textContent, "10:00 left");
  assert.equal(part(away, "what").textContent, "Then everybody plays and skips.");
  time.now += 61_000;
  mock.timers.tick(500);
  assert.equal(part(away, "left").textContent, "8:59 left");

  hear(wire("dj_back"));
  assert.equal(away.hidden, true);
});

test("what comes after the waiting is said as the nest is set", () => {
  const { root, hear } = open();

  hear({ ...settings, control_mode: "dj", close_when_dj_leaves: true });
  hear({ ...wire("dj_away"), until_ms: TS + 600_000 });
  assert.equal(part(part(root, "dj-away"), "what").textContent, "Then this nest ends.");

  hear({ ...settings, control_mode: "open" });
  assert.equal(part(root, "dj-away").hidden, true);
});

function openPeople(change) {
  const page = open(change);
  const dialog = page.at("people");
  mountListenersDialog(dialog, page.store, page.nest.send);
  dialog.showModal();
  page.store.set({});
  return { ...page, dialog, row: (id) => dialog.querySelector(`[data-key="${id}"]`) };
}

test("the DJ passes on from the list of people", async () => {
  const { nest, row } = openPeople((welcome) => withDj(welcome, BOB));
  const button = part(row(ALICE), "name-dj");

  assert.equal(button.textContent, "Pass on");
  assert.equal(button.getAttribute("aria-label"), "Pass on to Alice");
  assert.deepEqual([part(row(BOB), "dj").hidden, part(row(BOB), "name-dj").hidden], [false, true]);
  button.click();
  await nest.answer({ rev: 18 });

  assert.deepEqual(nest.sent, [{ type: "name_dj", person: ALICE }]);
});

test("who built the nest makes another the DJ, and who listens makes nobody", () => {
  const built = openPeople((welcome) => {
    welcome.you.may.name_dj = true;
    return withDj(welcome);
  });
  assert.equal(part(built.row(BOB), "name-dj").textContent, "Make DJ");

  const listens = openPeople();
  assert.deepEqual(texts(listens.dialog, "name-dj").length, 2);
  assert.ok(listens.dialog.querySelectorAll('[data-part="name-dj"]').every((button) => button.hidden));
});

test("in an open nest the list of people says nothing of a DJ", () => {
  const { row } = openPeople((welcome) => welcome);

  assert.ok([ALICE, BOB].every((id) => part(row(id), "dj").hidden && part(row(id), "name-dj").hidden));
});
