// M4: where music sounds that is heard on an account of one's own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fetchLinkedAccounts } from "../../../static/js/accounts/linked_accounts.js";
import { isChosen, listChoices, mountSpeakerMenu } from "../../../static/js/accounts/speaker_menu.js";
import { Refusal } from "../../../static/js/core/refusal.js";
import { openPage, part, settle, stubServer, texts, welcomedStore } from "../page.js";
import { StubElement } from "../dom_stub.js";

const KITCHEN = { id: "k", name: "Kitchen", kind: "Speaker" };
const HERE_DEVICE = { id: "me", name: "Andre, in this browser", kind: "Computer" };
const names = (choices) => choices.map(({ name }) => name);

test("this page comes first, once, and nowhere only where somebody follows", () => {
  assert.deepEqual(names(listChoices(null, [HERE_DEVICE, KITCHEN], "me")), ["This browser", "Kitchen"]);
  assert.deepEqual(names(listChoices({ following: true, device_id: "k" }, [KITCHEN], "me")), ["This browser", "Kitchen", "Nowhere"]);
});

test("a device that is followed and not seen stays in the list", () => {
  const choices = listChoices({ following: true, device_id: "car", device: "Car" }, [KITCHEN], "me");

  assert.deepEqual(choices.at(-2), { id: "car", name: "Car", kind: "Not seen just now" });
});

test("what is followed is marked", () => {
  const [here] = listChoices(null, [], "me");

  assert.equal(isChosen(here, { following: true, device_id: "me" }, "me"), true);
  assert.equal(isChosen(KITCHEN, { following: true, device_id: "k" }, "me"), true);
  assert.equal(isChosen(here, { following: false, device_id: "me" }, "me"), false);
});

function open(account, state = "connected") {
  const page = openPage("player/_now_playing.html");
  const store = welcomedStore((message) => {
    message.snapshot.song.src = "spotify";
    return message;
  });
  store.set({ accounts: [{ provider: "spotify", title: "Spotify", state, warning: "", connect_url: "/connect" }] });
  const root = page.at("speakers");
  const menu = mountSpeakerMenu(root, store, { hereId: () => "me", devices: async () => ({ devices: [KITCHEN] }), ...account });
  return { ...page, store, root, menu, button: new StubElement("button") };
}

test("opened, it asks which devices are switched on", async () => {
  const { root, menu, button } = open();

  menu.open(button);
  await settle();

  assert.deepEqual(texts(root, "name"), ["This browser", "Kitchen"]);
  assert.equal(button.getAttribute("aria-expanded"), "true");
});

test("a press follows that device, and closes the menu", async () => {
  const followed = [];
  const { root, menu, button } = open({ follow: async (id) => void followed.push(id) });
  menu.open(button);
  await settle();

  root.querySelectorAll("[data-action=choose-speaker]")[1].click();
  await settle();

  assert.deepEqual(followed, ["k"]);
  assert.equal(root.matches(":popover-open"), false);
});

test("a device that cannot be had says why, where one would listen", async () => {
  const refusal = new Refusal({ error: "unavailable", message: "It is switched off." });
  const { menu, store } = open({ follow: () => Promise.reject(refusal) });

  menu.choose();
  await settle();

  assert.deepEqual([store.state().own.refused, store.state().own.isComing], ["It is switched off.", false]);
});

test("devices that cannot be asked for leave this page to choose", async () => {
  const refusal = new Refusal({ error: "unavailable", message: "Spotify does not answer." });
  const { root, menu, button } = open({ devices: () => Promise.reject(refusal) });

  menu.open(button);
  await settle();

  assert.deepEqual(texts(root, "name"), ["This browser"]);
  assert.equal(part(root, "note").textContent, "Spotify does not answer.");
});

test("without an account there is a way to connect one", () => {
  const { root, menu, button } = open({}, "none");

  menu.open(button);

  assert.equal(part(root, "connect").hidden, false);
  assert.equal(part(root, "connect").action, "/connect");
  assert.match(part(root, "note").textContent, /^Everyone hears this on a Spotify account/u);
});

test("accounts are asked for only where the server has any, and known ones stay without an answer", async () => {
  const { document } = openPage();
  const store = welcomedStore();
  const asked = stubServer({ "/api/accounts": [503, { error: "unavailable", message: "Not now." }] });

  await fetchLinkedAccounts(store);
  assert.deepEqual([store.state().accounts, asked.length], [[], 0]);
  document.body.dataset.ownProvider = "spotify";
  store.set({ accounts: [{ provider: "spotify" }] });
  await fetchLinkedAccounts(store);

  assert.deepEqual([store.state().accounts.length, asked.length], [1, 1]);
});
