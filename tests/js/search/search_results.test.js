// What was found: songs are added, everything else opens.

import assert from "node:assert/strict";
import { test } from "node:test";

import { describeCollection, isSong, isCollection } from "../../../static/js/search/search_results.js";

const song = { uri: "library:track:7" };
const video = { uri: "youtube:video:dQw4w9WgXcQ" };
const album = { uri: "library:album:0123456789abcdef", artist: "Nora" };
const artist = { uri: "spotify:artist:0123456789abcdefghijkl", artist: "" };
const line = { uri: "spotify:album:nonsense", isUnmatched: true };

test("songs and videos are added", () => {
  assert.ok([song, video].every(isSong));
  assert.ok(![song, video].some(isCollection));
});

test("albums, artists and playlists open", () => {
  assert.ok([album, artist].every(isCollection));
  assert.ok(![album, artist].some(isSong));
});

test("a line that nobody could read is neither, nor is nothing", () => {
  assert.ok(!isCollection(line) && !isSong(line) && !isSong(undefined));
});

test("what opens says what it is, and whose", () => {
  assert.equal(describeCollection(album), "Album · Nora");
  assert.equal(describeCollection(artist), "Artist");
});
