// R7, I13 and E4: what the page says by itself: a connection that is away or has ended, what can be
// taken back, what could not be played.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { mountBar } from "../../../static/js/nest/bar.js";
import { mountConnectionNotice } from "../../../static/js/nest/connection_notice.js";
import { mountEndedNotice } from "../../../static/js/nest/ended_notice.js";
import { mountKeyboard } from "../../../static/js/nest/keyboard.js";
import { mountToasts } from "../../../static/js/nest/toasts.js";
import { FINAL_CODES } from "../../../static/js/core/socket.js";
import { parseHtml } from "../dom_stub.js";
import { key, openPage, part, press, stubNest, texts, welcomedStore } from "../page.js";
import { wire } from "../support.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function openConnection() {
  const page = openPage("nests/_connection.html");
  const store = welcomedStore();
  const root = page.at("connection");
  mountConnectionNotice(root, store);
  return { store, root, says: () => (root.hidden ? null : part(root, "sentence").textContent) };
}

test("a blip is not worth a word", () => {
  const { store, says } = openConnection();

  store.set({ connection: { status: "lost", attempt: 1 } });
  mock.timers.tick(600);
  store.set({ connection: { status: "open" } });
  mock.timers.tick(10_000);

  assert.equal(says(), null);
});

test("a connection that stays away is said quietly, and that the music goes on", () => {
  const { store, says } = openConnection();
  store.set({ device: { listening: "on" } });

  store.set({ connection: { status: "lost", attempt: 1 } });
  mock.timers.tick(700);
  store.set({ connection: { status: "lost", attempt: 2 } });
  mock.timers.tick(100);

  assert.equal(says(), "Connection lost. The music goes on; we are reconnecting.");
});

test("a nest that begins anew says for a while what is lost", () => {
  const { store, says } = openConnection();

  store.welcome({ ...wire("welcome"), epoch: "e2" });
  assert.match(says(), /^This nest was rebuilt/u);
  mock.timers.tick(12_000);

  assert.equal(says(), null);
});

test("every code that ends a connection for good has its sentence and one way on", () => {
  for (const code of FINAL_CODES) {
    const { at, document } = openPage("nests/_ended.html");
    document.body.append(...parseHtml('<main id="main"></main>'));
    const store = welcomedStore();
    mountEndedNotice(at("ended"), store);

    store.set({ connection: { status: "ended", code } });

    assert.equal(at("ended").hidden, false, String(code));
    assert.equal(at("main").inert, true);
    assert.ok(part(at("ended"), "sentence").textContent.length > 20);
    assert.equal(document.activeElement, part(at("ended"), "link"));
  }
});

test("whoever was signed out comes back to this nest", () => {
  const { at, document } = openPage("nests/_ended.html");
  document.body.append(...parseHtml('<main id="main"></main>'));
  const store = welcomedStore();
  mountEndedNotice(at("ended"), store);

  store.set({ connection: { status: "ended", code: 4012 } });

  assert.equal(part(at("ended"), "link").href, "/sign-in/?next=%2Fnest%2FX7K2P");
});

test("who is banned reads why, and is not sent back to where they are banned", () => {  // S-10.2
  const { at, document } = openPage("nests/_ended.html");
  document.body.append(...parseHtml('<main id="main"></main>'));
  document.body.dataset.isMainNest = "true";
  const store = welcomedStore();
  mountEndedNotice(at("ended"), store);

  store.set({ sentOut: { banned: true, reason: "Shouting." } });
  store.set({ connection: { status: "ended", code: 4011 } });

  assert.equal(part(at("ended"), "title").textContent, "You are banned here");
  assert.equal(part(at("ended"), "reason").textContent, "“Shouting.”");
  assert.equal(part(at("ended"), "link").href, "/lobby");
});

test("who was kicked reads why, and may come back", () => {  // S-10.3
  const { at, document } = openPage("nests/_ended.html");
  document.body.append(...parseHtml('<main id="main"></main>'));
  const store = welcomedStore();
  mountEndedNotice(at("ended"), store);

  store.set({ sentOut: { banned: false, reason: "Shouting." } });
  store.set({ connection: { status: "ended", code: 4011 } });

  assert.equal(part(at("ended"), "reason").hidden, false);
  assert.equal(part(at("ended"), "link").textContent, "Come back in");
});

function openToasts() {
  const page = openPage("partials/_toasts.html");
  const store = welcomedStore();
  const nest = stubNest();
  mountToasts(page.at("toasts"), store, nest.send);
  const offer = (token) => ({ token, sentence: `Removed “${token}”`, until: performance.now() + 30_000 });
  return { ...page, store, nest, root: page.at("toasts"), offer };
}

test("what was removed can be had back, until its time is over", async () => {
  const { store, nest, root, offer } = openToasts();
  store.set({ undoable: [offer("a"), offer("b")] });

  press(root, "undo");
  await nest.answer();
  assert.deepEqual(nest.sent, [{ type: "undo", undo_token: "a" }]);
  assert.deepEqual(texts(root, "sentence"), ["Removed “b”"]);
  mock.timers.tick(30_000);

  assert.deepEqual(texts(root, "sentence"), []);
});

test("a song that could not be played says so, with nothing to press", () => {
  const { store, root } = openToasts();

  store.hear({ ...wire("song_failed"), rev: 18, song_id: 11, reason: "It is not there any more.", moved: [] });

  assert.deepEqual(texts(root, "sentence"), ["Blue could not be played. It is not there any more."]);
  assert.equal(part(root, "undo").hidden, true);
});

function openBar(change) {
  const page = openPage("nests/_bar.html");
  const store = welcomedStore(change);
  const nest = stubNest();
  mountBar(page.at("bar"), store, nest.send);
  return { ...page, store, nest, root: page.at("bar") };
}

test("the bar says where one is, how many listen, and the tab what plays", () => {
  const { root, document } = openBar();

  assert.equal(part(root, "name").textContent, "BassNest");
  assert.equal(part(root, "count").textContent, "2");
  assert.equal(document.title, "Blue – The Harbours · BassNest");
});

test("the pencil is there for whoever may rename, and Enter sends the name", async () => {
  const { root, nest } = openBar((message) => {
    message.you.may.change_nest_settings = true;
    return message;
  });
  press(root, "rename");
  const form = part(root, "rename");
  assert.equal(form.elements.name.value, "BassNest");

  form.elements.name.value = "TrebleNest";
  form.requestSubmit();

  assert.deepEqual(nest.sent, [{ type: "change_nest_settings", name: "TrebleNest" }]);
  assert.equal(form.hidden, true);
  assert.equal(openBar().root.querySelector("[data-action=rename]").hidden, true);
});

test("Escape leaves the name as it was", () => {
  const { root, nest } = openBar((message) => message);
  press(root, "rename");

  key(part(root, "rename").elements.name, "Escape");

  assert.deepEqual(nest.sent, []);
  assert.equal(part(root, "name").hidden, false);
});

test("keys work anywhere, except where somebody writes or a dialog is open", () => {
  const { document, at } = openPage("player/_now_playing.html", "nests/_join_nest_dialog.html", "player/_search.html");
  const pressed = [];
  for (const action of ["toggle", "jam", "mute"]) {
    document.querySelector(`[data-action=${action}]`).addEventListener("click", () => pressed.push(action));
  }
  mountKeyboard(document, welcomedStore());

  for (const name of [" ", "j", "m"]) key(document.body, name);
  key(at("search-box"), "j");
  key(document.body, "m", { ctrlKey: true });
  at("join").showModal();
  key(document.body, "m");

  assert.deepEqual(pressed, ["toggle", "jam", "mute"]);
});
