// U-3.1, U-3.4 and U-3.8: "Listening on": my devices, and which of them sounds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountListeningMenu } from "../../../static/js/playback/listening_menu.js";
import { PageEvent, StubElement, parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore } from "../page.js";
import { wire } from "../support.js";

const PHONE = wire("devices_changed").devices[0].id;

function open() {
  const page = openPage("player/_now_playing.html");
  page.document.body.append(...parseHtml('<button data-action="listening-on"></button>'));
  const asked = stubServer({ "/api/devices": { devices: [] } });
  const store = welcomedStore();
  store.set({ here: { device: "laptop", tab: "l" } });
  const devices = [...wire("devices_changed").devices, { id: "laptop", name: "Laptop", platform: "", is_connected: true }];
  store.hear({ ...wire("devices_changed"), rev: store.state().nest.mine.rev + 1, devices });
  const root = page.at("listening-on");
  const nest = stubNest();
  const taken = [];
  mountListeningMenu(root, store, nest.send, () => taken.push("here"));
  page.document.querySelectorAll('[data-action="listening-on"]').at(-1).click();
  const row = (id) => [...part(root, "devices").children].find((each) => each.dataset.key === id);
  return { ...page, root, store, nest, asked, taken, row };
}

test("this browser comes first, then what is there, and what is marked sounds", () => {
  const { root, row } = open();

  assert.deepEqual(texts(root, "name"), ["Laptop", "Android (Firefox)", "Kitchen"]);
  assert.deepEqual(texts(root, "kind"), ["This browser", "", "Not connected"]);
  assert.equal(row(PHONE).firstElementChild.getAttribute("aria-pressed"), "true");
  assert.equal(row("kitchen").firstElementChild.disabled, true);
});

test("a press makes another device the speaker, and this one by the gesture it is", () => {
  const { row, nest, taken } = open();

  row("laptop").firstElementChild.click();
  row(PHONE).firstElementChild.click();

  assert.deepEqual(taken, ["here"]);
  assert.deepEqual(nest.sent, [{ type: "choose_speaker", device: PHONE }]);
});

test("a device is given another name", async () => {
  const { row, asked, root } = open();

  StubElement.prototype.select ??= () => {};
  press(row(PHONE), "rename-device");
  const form = part(row(PHONE), "form");
  assert.equal(form.elements.name.value, "Android (Firefox)");
  form.elements.name.value = " My phone ";
  form.dispatchEvent(new PageEvent("submit", { bubbles: true }));
  await settle();

  assert.deepEqual(asked, [{ method: "POST", path: "/api/devices/register", body: { id: PHONE, name: "My phone" } }]);
  assert.equal(part(root, "form").hidden, true);
});

test("only what is not there can be forgotten", async () => {
  const { row, asked } = open();

  assert.equal(part(row(PHONE), "forget").hidden, true);
  press(row("kitchen"), "forget-device");
  await settle();

  assert.deepEqual(asked, [{ method: "DELETE", path: "/api/devices/kitchen", body: undefined }]);
});
