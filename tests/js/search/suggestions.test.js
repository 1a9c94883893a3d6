// I5: below a short queue stands something to press, and never what is here already.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountSuggestions } from "../../../static/js/search/suggestions.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore } from "../page.js";
import { wire } from "../support.js";

const track = (number, provider = "library") => ({ uri: `${provider}:track:${number}`, title: `Song ${number}`, artist: "The Band", provider });

async function open(change, results = [1, 2, 3, 4, 5, 6, 7].map((each) => track(each))) {
  const page = openPage("player/_queue.html");
  const asked = stubServer({ "/api/suggestions": { results } });
  const store = welcomedStore(change);
  const nest = stubNest();
  const root = page.at("suggestions");
  mountSuggestions(root, store, nest.send);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await settle();
  return { ...page, asked, store, nest, root, titles: () => texts(part(root, "list"), "title") };
}

const empty = (message) => {
  Object.assign(message.snapshot, { song: null, queue: [], count: 1 });
  return message;
};

test("an empty nest offers three to begin with", async () => {
  const { root, titles } = await open(empty);

  assert.deepEqual(titles(), ["Song 1", "Song 2", "Song 3"]);
  assert.equal(part(root, "title").textContent, "Put a record on");
  assert.match(part(root, "sentence").textContent, /it is all yours/u);
  assert.equal(part(root, "search").hidden, false);
});

test("below a short queue stands what goes with what plays", async () => {
  const { root, titles, asked } = await open();

  assert.equal(titles().length, 5);
  assert.equal(part(root, "title").textContent, "More to add");
  assert.deepEqual(asked.map(({ path }) => path), ["/api/suggestions?nest=X7K2P&like=library%3Atrack%3A11"]);
});

test("what plays, waits, has just played or is of another catalogue is not offered", async () => {
  const results = [track(11), track(12), track(9), track(3, "spotify"), track(4)];
  const { titles } = await open((message) => {
    message.played_recently["library:track:9"] = Date.now() + 60_000;
    return message;
  }, results);

  assert.deepEqual(titles(), ["Song 4"]);
});

test("a long queue needs none", async () => {
  const { root } = await open((message) => {
    message.snapshot.queue = [1, 2, 3, 4, 5].map((id) => ({ ...message.snapshot.queue[0], song_id: id + 20 }));
    return message;
  });

  assert.equal(root.hidden, true);
});

test("one press adds it, and a song that is refused says why", async () => {
  const { root, nest, at } = await open();

  press(root, "add");
  await nest.answer({ rejected: [{ error: "queue_full", message: "The queue is full." }] });

  assert.deepEqual(nest.sent, [{ type: "add_songs", uris: ["library:track:1"] }]);
  assert.equal(at("refusal").textContent, "The queue is full.");
});

test("what was added meanwhile goes from the list", async () => {
  const { store, titles } = await open();
  const [song] = wire("songs_added").songs;

  store.hear({ ...wire("songs_added"), rev: 18, songs: [{ ...song, song_id: 40, trackid: "library:track:1" }], moved: [] });

  assert.equal(titles().includes("Song 1"), false);
});

test("nothing more is asked of a nest that has ended", async (context) => {
  const { store, asked } = await open();
  const before = asked.length;
  context.mock.timers.enable({ apis: ["setTimeout"] });

  store.hear({ ...wire("song_started"), rev: 18 });
  store.set({ connection: { status: "ended", code: 4410 } });
  context.mock.timers.tick(4_000);
  await Promise.resolve();

  assert.equal(asked.length, before);
});
