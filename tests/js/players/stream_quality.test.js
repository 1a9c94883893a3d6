// H26: which encoding a device asks for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { StreamQuality } from "../../../static/js/players/stream_quality.js";
import { openPage } from "../page.js";

function open(what = {}) {
  openPage();
  return new StreamQuality({ isOffered: true, connection: {}, ...what });
}

test("by itself the recording as it is, and the smallest where the browser is to save data", () => {
  assert.equal(open().wanted(), "original");
  assert.equal(open({ connection: { saveData: true } }).wanted(), "saver");
  assert.equal(open({ connection: undefined }).wanted(), "original");
});

test("by itself the smallest once the line has proved too slow", () => {
  const quality = open();

  quality.noteSlow();

  assert.equal(quality.wanted(), "saver");
});

test("what was chosen holds, whatever the line, and on the next visit", () => {
  open().choose("high");
  const next = new StreamQuality({ isOffered: true, connection: { saveData: true } });

  next.noteSlow();

  assert.equal(next.wanted(), "high");
});

test("where the server makes none, nothing else is asked for", () => {
  const quality = open({ isOffered: false, connection: { saveData: true } });
  quality.choose("saver");

  assert.equal(quality.wanted(), "original");
});
