// V4: search while typing, paste what one has, open what stands for more, add and go on.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { mountSearch } from "../../../static/js/search/search.js";
import { PageEvent } from "../dom_stub.js";
import { key, openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, write } from "../page.js";

const track = (number, more = {}) => ({ uri: `library:track:${number}`, title: `Song ${number}`, artist: "The Band", album: "One", duration_ms: 60_000, provider: "library", ...more });
const ALBUM = { uri: "library:album:5", title: "Harbour Tapes", artist: "The Harbours", provider: "library" };
const PAUSE_MS = 250;

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function open(answers = {}, change) {
  const page = openPage("player/_search.html");
  const asked = stubServer({ "/api/search": { results: [track(1), track(2)], late: [] }, ...answers });
  const store = welcomedStore(change);
  const nest = stubNest();
  const root = page.at("search");
  mountSearch(root, store, nest.send);
  const box = part(root, "box");
  const type = async (words) => {
    write(box, words);
    mock.timers.tick(PAUSE_MS);
    await settle();
  };
  return { ...page, asked, store, nest, root, box, type, rows: () => root.querySelectorAll(".result"), note: () => part(root, "note").textContent };
}

function paste(box, text) {
  const event = new PageEvent("paste", { clipboardData: { getData: () => text } });
  box.dispatchEvent(event);
  return event;
}

test("one question for what was typed without a pause, and a skeleton until it is answered", async () => {
  const { box, root, asked } = open();

  write(box, "b");
  write(box, "blue");
  assert.equal(root.querySelectorAll(".skeleton").length, 4);
  mock.timers.tick(PAUSE_MS);
  await settle();

  assert.deepEqual(asked.map(({ path }) => path), ["/api/search?q=blue&kind=track&nest=X7K2P"]);
  assert.deepEqual(texts(part(root, "results"), "title"), ["Song 1", "Song 2"]);
});

test("Enter adds the first and is done", async () => {
  const { box, root, nest, type } = open();
  await type("blue");

  key(box, "Enter");
  await settle();
  await nest.answer();

  assert.deepEqual(nest.sent, [{ type: "add_songs", uris: ["library:track:1"] }]);
  assert.equal(box.value, "");
  assert.equal(part(root, "panel").hidden, true);
});

test("with Ctrl one adds and goes on", async () => {
  const { box, rows, nest, type } = open();
  await type("blue");

  key(box, "Enter", { ctrlKey: true });
  await settle();
  await nest.answer();

  assert.equal(rows()[0].classList.contains("is-added"), true);
  assert.equal(box.value, "blue");
  assert.equal(box.selections, 1);
});

test("Enter before there is an answer waits for it", async () => {
  const { box, nest } = open();
  write(box, "blue");

  key(box, "Enter");
  await settle();

  assert.deepEqual(nest.sent[0].uris, ["library:track:1"]);
});

test("arrows go round, and the box says which row is meant", async () => {
  const { box, nest, type } = open();
  await type("blue");

  key(box, "ArrowUp");
  assert.equal(box.getAttribute("aria-activedescendant"), "result-1");
  key(box, "ArrowDown");
  assert.equal(box.getAttribute("aria-activedescendant"), "result-0");
  key(box, "ArrowDown");
  key(box, "Enter");
  await settle();

  assert.deepEqual(nest.sent[0].uris, ["library:track:2"]);
});

test("a refused song says so on its row, and may be tried again", async () => {
  const { box, rows, nest, type } = open();
  await type("blue");
  key(box, "Enter");
  await settle();

  await nest.answer({ rejected: [{ uri: "library:track:1", error: "duplicate", message: "It is queued already." }] });

  assert.equal(part(rows()[0], "refusal").textContent, "It is queued already.");
  assert.equal(rows()[0].classList.contains("is-added"), false);
  assert.equal(box.value, "blue");
});

test("what waits or plays already says so", async () => {
  const { rows, type } = open({ "/api/search": { results: [track(11), track(12), track(13), track(14)], late: [] } });

  await type("blue");

  assert.deepEqual(rows().map((row) => part(row, "place").textContent), ["Plays now", "Up next", "Place 2", ""]);
});

test("what has just played is added again only by whoever may, and as such", async () => {
  const results = { "/api/search": { results: [track(9)], late: [] } };
  const resting = (may) => (message) => {
    message.you.may.add_songs_again = may;
    message.played_recently["library:track:9"] = Date.now() + 600_000;
    return message;
  };

  for (const may of [true, false]) {
    const { box, nest, type } = open(results, resting(may));
    await type("blue");
    key(box, "Enter");
    await settle();
    assert.equal(nest.sent[0].again, may ? true : undefined);
  }
});

test("nothing found says how to find more", async () => {
  const { note, type } = open({ "/api/search": { results: [], late: [] } });

  await type("blue");

  assert.equal(note(), "Nothing found for “blue”. Fewer letters find more.");
});

test("a provider that is late is named", async () => {
  const { note, type } = open({ "/api/search": { results: [track(1)], late: ["spotify"] } });

  await type("blue");

  assert.equal(note(), "Spotify did not answer in time.");
});

test("a search that is refused says why", async () => {
  const { note, rows, type } = open({ "/api/search": [429, { error: "rate_limited", message: "Too many searches." }] });

  await type("blue");

  assert.equal(note(), "Too many searches.");
  assert.equal(rows().length, 0);
});

test("an album opens as its songs, and back leads to where it was found", async () => {
  const { root, rows, note, type, asked } = open({
    "/api/search": { results: [ALBUM], late: [] },
    "/api/paste": { tracks: [track(1), track(2), track(3)], unread: [] },
  });
  await type("harbour");

  rows()[0].click();
  await settle();
  assert.equal(asked.at(-1).body.text, "library:album:5");
  assert.deepEqual([rows().length, note()], [3, "3 songs."]);
  assert.equal(part(root, "opened-title").textContent, "Harbour Tapes");
  press(root, "back");
  await settle();

  assert.deepEqual(texts(part(root, "results"), "title"), ["Harbour Tapes"]);
  assert.equal(rows()[0].getAttribute("aria-selected"), "true");
  assert.equal(part(root, "kinds").hidden, false);
});

test("Escape leads out of what is open first, and then out of the search", async () => {
  const { box, rows, root, type } = open({
    "/api/search": { results: [ALBUM], late: [] },
    "/api/paste": { tracks: [track(1)], unread: [] },
  });
  await type("harbour");
  rows()[0].click();
  await settle();

  key(box, "Escape");
  assert.deepEqual(texts(part(root, "results"), "title"), ["Harbour Tapes"]);
  key(box, "Escape");

  assert.deepEqual([box.value, part(root, "panel").hidden], ["", true]);
});

test("pasted addresses are shown as what they stand for, and Enter adds them all", async () => {
  const { box, rows, note, nest } = open({ "/api/paste": { tracks: [track(1), track(2)], unread: [] } });

  const event = paste(box, "library:track:1\nlibrary:track:2\n");
  await settle();
  assert.equal(event.defaultPrevented, true);
  assert.equal(note(), "2 songs. Enter adds them all.");
  key(box, "Enter");
  await settle();
  await nest.answer();

  assert.deepEqual(nest.sent[0].uris, ["library:track:1", "library:track:2"]);
  assert.deepEqual([rows().length, box.value], [0, ""]);
});

test("a line that nobody can read is named and never sent", async () => {
  const unread = [{ text: "https://far.example/1", message: "Nothing is known of this address." }];
  const { box, rows, nest } = open({ "/api/paste": { tracks: [track(1)], unread } });
  paste(box, "library:track:1\nhttps://far.example/1");
  await settle();

  key(box, "Enter");
  await settle();
  await nest.answer();

  assert.deepEqual(nest.sent[0].uris, ["library:track:1"]);
  assert.equal(part(rows()[1], "refusal").textContent, "Nothing is known of this address.");
});

test("pasted words are words", () => {
  const { box } = open();

  assert.equal(paste(box, "blue lantern").defaultPrevented, false);
});

test("all that are missing are added with one press, and the note counts what else was refused", async () => {
  const { root, nest, note, type } = open({ "/api/search": { results: [track(12), track(1), track(2)], late: [] } });
  await type("song");
  assert.equal(part(root, "all-count").textContent, "2");

  press(root, "add-all");
  await settle();
  await nest.answer({ rejected: [{ uri: "other", error: "queue_full", message: "The queue is full." }] });

  assert.deepEqual(nest.sent[0].uris, ["library:track:1", "library:track:2"]);
  assert.equal(note(), "1 song was not taken: The queue is full.");
});

test("another kind is looked for at once", async () => {
  const { root, type, asked } = open();
  await type("blue");
  const albums = part(root, "kinds").elements[1];

  albums.dispatchEvent(new PageEvent("change", { bubbles: true }));
  await settle();

  assert.match(asked.at(-1).path, /kind=album/u);
});

test("where music is heard on accounts the box says whose catalogue it is", () => {
  const { box, document, store } = open();
  document.body.dataset.ownProvider = "spotify";

  store.set({ nest: { ...store.state().nest, nest: { ...store.state().nest.nest, catalogue: "spotify" } } });

  assert.equal(box.placeholder, "Search Spotify, or paste a link");
});
