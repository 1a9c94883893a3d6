// What is pasted into the search box: lines with addresses, and lines that are none.

import assert from "node:assert/strict";
import { test } from "node:test";

import { splitAddresses, groupRefusals } from "../../../static/js/search/pasted_links.js";

test("words are words, and are searched for", () => {
  assert.equal(splitAddresses("blue lantern"), null);
  assert.equal(splitAddresses("Bach: Air\nBrahms: Wiegenlied"), null);
  assert.equal(splitAddresses(""), null);
});

test("one address is one line", () => {
  assert.deepEqual(splitAddresses(" library:track:7 "), ["library:track:7"]);
  assert.deepEqual(splitAddresses("https://music.example/track/7?si=1"), ["https://music.example/track/7?si=1"]);
  assert.deepEqual(splitAddresses("music.example/track/7"), ["music.example/track/7"]);
});

test("of many lines each is kept, also one that is none of ours, and each counts once", () => {
  const text = "library:track:1\r\nmy favourite one\n\nlibrary:track:1\nlibrary:track:2 library:track:3";

  assert.deepEqual(splitAddresses(text), ["library:track:1", "my favourite one", "library:track:2 library:track:3"]);
});

test("a novel is not an address, nor is a band with a slash", () => {
  assert.equal(splitAddresses(`library:track:${"7".repeat(400)}`), null);
  assert.equal(splitAddresses("AC/DC"), null);
  assert.equal(splitAddresses("Guns N. Roses / live"), null);
});

test("what was refused is told where it was asked, the rest of an album together", () => {
  const full = { uri: "library:track:1", error: "queue_full" };
  const twice = { uri: "library:track:9", error: "already_queued" };

  const { byUri, others } = groupRefusals(["library:track:1", "library:album:a"], [full, twice]);

  assert.deepEqual([...byUri], [["library:track:1", full]]);
  assert.deepEqual(others, [twice]);
});
