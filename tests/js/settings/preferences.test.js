// E6, H3 and M2: how I like the page, by how much this device sounds late, and accounts of mine.

import assert from "node:assert/strict";
import { test } from "node:test";

import { StreamQuality } from "../../../static/js/players/stream_quality.js";
import { mountCalibration } from "../../../static/js/settings/calibration.js";
import { mountPreferencesDialog } from "../../../static/js/settings/preferences_dialog.js";
import { fetchPreferences, followPreferences } from "../../../static/js/settings/saved_preferences.js";
import { PageEvent, parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore } from "../page.js";
import { wire } from "../support.js";

async function open(answers = {}) {
  const page = openPage("partials/_preferences_dialog.html");
  page.document.body.append(...parseHtml('<button data-action="preferences"></button>'));
  page.document.body.dataset.ownProvider = "spotify";
  const worn = { mode: "system", accent: "green", faces: "pictures" };
  globalThis.window.displayPreferences = { read: () => worn, change: (patch) => Object.assign(worn, patch) };
  const asked = stubServer({ "/api/me/preferences": {}, "/api/accounts": { accounts: [] }, ...answers });
  const store = welcomedStore();
  const dialog = page.at("preferences");
  let synced = 0;
  const quality = new StreamQuality({ isOffered: true, connection: {} });
  const nest = stubNest();
  followPreferences(store);
  mountPreferencesDialog(dialog, store, nest.send, { sync: () => (synced += 1), quality });
  await fetchPreferences(store);
  press(page.document.body, "preferences");
  await settle();
  const { elements } = part(dialog, "form");
  const change = (field) => field.dispatchEvent(new PageEvent("change", { bubbles: true }));
  return { ...page, store, nest, asked, worn, dialog, elements, change, quality, synced: () => synced };
}

test("it opens as it is worn, and what is chosen is worn at once and kept", async () => {
  const { elements, change, worn, nest } = await open();
  assert.equal(elements.mode.value, "system");

  elements.mode.value = "dark";
  elements.shame.checked = true;
  change(elements[0]);
  await settle();

  assert.deepEqual(worn, { mode: "dark", accent: "green", faces: "letters" });
  assert.deepEqual(nest.sent, [{ type: "change_preferences", ...worn }]);
});

test("what was chosen elsewhere is worn here", async () => {
  const { worn } = await open({ "/api/me/preferences": { mode: "light", accent: null, faces: null } });

  assert.deepEqual(worn, { mode: "light", accent: "green", faces: "pictures" });
});

test("what is chosen in another browser is worn here at once, and shows in the open dialog", async () => {
  const { store, worn, elements } = await open();
  const { mine } = store.state().nest;
  const preferences = { mode: "dark", accent: "pink", faces: "pictures" };

  store.hear({ ...wire("preferences_changed"), rev: mine.rev + 1, preferences });

  assert.deepEqual([worn.accent, elements.accent.value], ["pink", "pink"]);
});

test("what was chosen here before the last choice does not come back for a moment", async () => {
  const { store, worn, elements, change, nest } = await open();
  const hear = (preferences) => {
    store.hear({ ...wire("preferences_changed"), rev: store.state().nest.mine.rev + 1, preferences });
  };
  elements.accent.value = "purple";
  change(elements.shame);
  elements.shame.checked = true;
  change(elements.shame);

  hear({ mode: "system", accent: "purple", faces: "pictures" });
  const meanwhile = worn.faces;
  await nest.answer();
  await nest.answer();
  hear({ mode: "system", accent: "purple", faces: "letters" });
  hear({ mode: "system", accent: "blue", faces: "letters" });

  assert.deepEqual([meanwhile, worn.faces, worn.accent], ["letters", "letters", "blue"]);
});

test("a choice that was refused is not waited for", async () => {
  const { store, worn, elements, change, nest } = await open();
  elements.accent.value = "purple";
  change(elements.shame);
  await nest.refuse("rate_limited");

  const preferences = { mode: "system", accent: "blue", faces: "pictures" };
  store.hear({ ...wire("preferences_changed"), rev: store.state().nest.mine.rev + 1, preferences });

  assert.equal(worn.accent, "blue");
});

test("without an answer this device's own choice does", async () => {
  const { worn } = await open({ "/api/me/preferences": [503, { error: "unavailable", message: "Not now." }] });

  assert.equal(worn.accent, "green");
});

test("the trim goes by steps, within its bounds, and stays on this device", async () => {
  const { dialog, elements, change, kept, synced } = await open();

  press(dialog, "trim-more");
  assert.equal(kept.get("andre.trim_ms"), "5");
  press(dialog, "trim-less");
  press(dialog, "trim-less");
  assert.equal(kept.get("andre.trim_ms"), "-5");
  elements.trim.value = "9000";
  change(elements.trim);
  assert.equal(kept.get("andre.trim_ms"), "500");
  press(dialog, "sync-here");

  assert.equal(synced(), 1);
});

// H26
test("how much data this device's sound takes is chosen for it alone, and kept", async () => {
  const { elements, change, kept, quality, nest } = await open();
  const before = [elements.quality.value, quality.wanted()];

  elements.quality.value = "saver";
  change(elements.quality);

  assert.deepEqual(before, ["", "original"]);
  assert.deepEqual([quality.wanted(), kept.get("andre.stream_quality")], ["saver", "saver"]);
  assert.deepEqual(nest.sent, []);
});

test("an account that was disconnected says that nothing of it is kept", async () => {
  const account = { provider: "spotify", title: "Spotify", state: "connected", name: "Bob", warning: "" };
  const { dialog } = await open({
    "/api/accounts/spotify": { accounts: [{ ...account, state: "none" }] },
    "/api/accounts": { accounts: [account] },
  });
  assert.deepEqual(texts(dialog, "state"), ["Connected as Bob"]);

  press(dialog, "disconnect");
  await settle();

  assert.equal(part(dialog, "accounts-note").textContent, "Nothing of your Spotify account is kept here any more.");
  assert.deepEqual(texts(dialog, "state"), ["Not connected"]);
});

function openCalibration(clicks) {
  const page = openPage("partials/_preferences_dialog.html");
  const ducked = [];
  mountCalibration(page.at("preferences"), { clicks, context: () => null, duck: (isOn) => ducked.push(isOn) });
  return { ...page, dialog: page.at("preferences"), ducked };
}

function stubClicks() {
  let isRunning = false;
  return {
    start: () => (isRunning = true),
    stop: () => (isRunning = false),
    isRunning: () => isRunning,
  };
}

test("clicks take the place of the music, until they are stopped or the dialog closes", () => {
  const { dialog, ducked } = openCalibration(stubClicks());

  press(dialog, "clicks");
  assert.equal(part(dialog, "clicks-label").textContent, "Stop the clicks");
  press(dialog, "clicks");
  press(dialog, "clicks");
  dialog.close();

  assert.deepEqual(ducked, [true, false, true, false]);
  assert.equal(part(dialog, "clicks-label").textContent, "Play clicks");
});

test("where there is no Web Audio there is nothing to measure with", () => {
  const { dialog } = openCalibration(null);

  assert.equal(part(dialog, "calibration").hidden, true);
});

test("a microphone that is refused says what goes without one", async () => {
  const page = openPage("partials/_preferences_dialog.html");
  globalThis.navigator.mediaDevices = { getUserMedia: () => Promise.reject(new DOMException("No.", "NotAllowedError")) };
  const dialog = page.at("preferences");
  mountCalibration(dialog, { clicks: stubClicks(), context: () => null, duck() {} });
  assert.equal(part(dialog, "measure").hidden, false);

  press(dialog, "measure");
  await settle();

  assert.equal(part(dialog, "calibration-note").textContent, "The microphone is not to be had here. It goes by ear, too.");
});
