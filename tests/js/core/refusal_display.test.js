// I13: a refusal is said beside what was pressed, and lives and dies with it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal, catchRefusal } from "../../../static/js/core/refusal.js";
import { formatRefusal, showRefusal, showRefusalIn } from "../../../static/js/core/refusal_display.js";
import { formatTimeOfDay } from "../../../static/js/core/format.js";
import { openPage, part } from "../page.js";
import { StubElement } from "../dom_stub.js";

const refusal = new Refusal({ error: "queue_full", message: "The queue is full." });

// The first of all: the page's document is watched from the first refusal on.
test("a dialog closes with what was said in it", async () => {
  const { document, at } = openPage("nests/_share_nest_dialog.html");
  const dialog = at("share");
  await showRefusal(part(dialog, "link"), Promise.reject(refusal));

  document.dispatchEvent({ type: "close", target: dialog });

  assert.equal(at("refusal").matches(":popover-open"), false);
});

test("it stands in the bubble beside the button", async () => {
  const { at } = openPage();

  await showRefusal(at("refusal"), Promise.reject(refusal));

  assert.equal(at("refusal").textContent, "The queue is full.");
  assert.equal(at("refusal").matches(":popover-open"), true);
});

test("an answer goes through as it is, and nothing is shown", async () => {
  const { at } = openPage();

  assert.equal(await showRefusal(at("refusal"), Promise.resolve("done")), "done");
  assert.equal(at("refusal").textContent, "");
});

test("a fault of ours is no refusal", async () => {
  openPage();
  const fault = new TypeError("undefined is not a function");

  await assert.rejects(showRefusal(new StubElement("p"), Promise.reject(fault)), fault);
  await assert.rejects(catchRefusal(Promise.reject(fault)), fault);
});

test("a place of its own is emptied before, and says afterwards what was refused", async () => {
  openPage();
  const place = new StubElement("p");
  place.textContent = "Something of before.";

  assert.equal(await showRefusalIn(place, Promise.resolve()), true);
  assert.deepEqual([place.textContent, place.hidden], ["", true]);
  assert.equal(await showRefusalIn(place, Promise.reject(refusal)), false);
  assert.deepEqual([place.textContent, place.hidden], ["The queue is full.", false]);
});

test("who comes too early is told when", () => {
  const at = Date.UTC(2026, 10, 5, 21, 14);

  assert.equal(formatRefusal({ message: "Just played.", welcome_at_ms: at }), `Just played. It is welcome again at ${formatTimeOfDay(at)}.`);
});
