// What is pasted into the search box: lines with addresses, and lines that are none.

import assert from "node:assert/strict";
import { test } from "node:test";

import { linesOf, refusalsOf } from "../../static/js/pasting.js";

test("words are words, and are searched for", () => {
  assert.equal(linesOf("blue lantern"), null);
  assert.equal(linesOf("Bach: Air\nBrahms: Wiegenlied"), null);
  assert.equal(linesOf(""), null);
});

test("one address is one line", () => {
  assert.deepEqual(linesOf(" library:track:7 "), ["library:track:7"]);
  assert.deepEqual(linesOf("https://music.example/track/7?si=1"), ["https://music.example/track/7?si=1"]);
  assert.deepEqual(linesOf("music.example/track/7"), ["music.example/track/7"]);
});

test("of many lines each is kept, also one that is none of ours, and each counts once", () => {
  const text = "library:track:1\r\nmy favourite one\n\nlibrary:track:1\nlibrary:track:2 library:track:3";

  assert.deepEqual(linesOf(text), ["library:track:1", "my favourite one", "library:track:2 library:track:3"]);
});

test("a novel is not an address, nor is a band with a slash", () => {
  assert.equal(linesOf(`library:track:${"7".repeat(400)}`), null);
  assert.equal(linesOf("AC/DC"), null);
  assert.equal(linesOf("Guns N. Roses / live"), null);
});

test("what was refused is told where it was asked, the rest of an album together", () => {
  const full = { uri: "library:track:1", error: "queue_full" };
  const twice = { uri: "library:track:9", error: "already_queued" };

  const { byUri, others } = refusalsOf(["library:track:1", "library:album:a"], [full, twice]);

  assert.deepEqual([...byUri], [["library:track:1", full]]);
  assert.deepEqual(others, [twice]);
});
