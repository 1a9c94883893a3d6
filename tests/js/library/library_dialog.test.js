// The library to walk through: shelves, what opens, the way back, and songs to add.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountLibraryDialog } from "../../../static/js/library/library_dialog.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, key } from "../page.js";

const album = (number, more = {}) => ({ uri: `library:album:${number}`, title: `Album ${number}`, artist: "The Band", year: 1971, songs: 2, image: "", ...more });
const song = (number) => ({ uri: `library:track:${number}`, provider: "library", title: `Song ${number}`, artist: "The Band", album: "Album 1", duration_ms: 60_000, image: "" });
const page = (results, total = results.length) => ({ results, total, page: 1, page_size: 60 });
const query = ({ path }) => Object.fromEntries(new URL(path, "https://andre.example").searchParams);

const SHELVES = {
  "/api/library/albums": page([album(1), album(2, { year: null })]),
  "/api/library/artists": page([{ uri: "library:artist:1", title: "The Band", albums: 2, image: "" }]),
  "/api/library/genres": page([{ uri: "funk", title: "funk", albums: 1, image: "" }]),
  "/api/library/decades": page([{ uri: "1970s", title: "1970s", albums: 2, image: "" }]),
  "/api/paste": { tracks: [song(1), song(2)], unread: [] },
};

async function open(answers = {}, { isEndInView = false } = {}) {
  const opened = openPage("player/_library_dialog.html", "player/_search.html");
  opened.document.body.append(...parseHtml('<button data-action="library"></button>'));
  let reachEnd = () => {};
  globalThis.window.IntersectionObserver = class {
    constructor(callback) {
      reachEnd = () => callback([{ isIntersecting: true }]);
    }

    observe() {
      if (isEndInView) setTimeout(reachEnd, 0);
    }

    unobserve() {}
  };
  const asked = stubServer({ ...SHELVES, ...answers });
  const nest = stubNest();
  const dialog = opened.at("library");
  mountLibraryDialog(dialog, welcomedStore(), nest.send);
  press(opened.document.body, "library");
  await settle();
  const choose = async (shelf) => {
    const radio = part(dialog, "kinds").querySelectorAll("input").find(({ value }) => value === shelf);
    radio.dispatchEvent(new globalThis.Event("change", { bubbles: true }));
    await settle();
  };
  const pressTile = async (title) => {
    part(dialog, "tiles").querySelectorAll(".tile").find((tile) => part(tile, "title").textContent === title).click();
    await settle();
  };
  const end = async () => {
    reachEnd();
    await settle();
  };
  const tiles = () => texts(part(dialog, "tiles"), "title");
  return { dialog, asked, nest, choose, pressTile, end, tiles };
}

test("it opens with what is new, each with who made it and when", async () => {
  const { dialog, asked, tiles } = await open();

  assert.deepEqual(tiles(), ["Album 1", "Album 2"]);
  assert.deepEqual(texts(part(dialog, "tiles"), "line"), ["The Band · 1971", "The Band"]);
  assert.equal(query(asked[0]).sort, "newest");
  assert.equal(part(dialog, "total").textContent, "2 albums");
});

test("where the end is in view still it goes on by itself", async () => {
  const pages = [1, 2, 3].map((number) => page([album(number)], 3));
  const { asked, tiles } = await open({ "/api/library/albums": () => pages.shift() }, { isEndInView: true });

  for (let turn = 0; turn < 200 && tiles().length < 3; turn += 1) await settle();

  assert.deepEqual(tiles(), ["Album 1", "Album 2", "Album 3"]);
  assert.equal(asked.length, 3);
});

test("it grows as one scrolls, and asks for no page that is not there", async () => {
  const pages = [page([album(1)], 2), page([album(2)], 2)];
  const { asked, end, tiles } = await open({ "/api/library/albums": () => pages.shift() });

  await end();
  await end();

  assert.deepEqual(tiles(), ["Album 1", "Album 2"]);
  assert.deepEqual(asked.map((each) => query(each).page), ["1", "2"]);
});

for (const [shelf, title, narrowed] of [
  ["artists", "The Band", { artist: "library:artist:1" }],
  ["genres", "Funk", { genre: "funk" }],
  ["decades", "1970s", { decade: "1970s" }],
]) {
  test(`${shelf} open as their albums, with a way back`, async () => {
    const { dialog, asked, choose, pressTile, tiles } = await open();
    await choose(shelf);
    await pressTile(title);

    const { nest: _, page: __, ...of } = query(asked.at(-1));
    assert.deepEqual(of, narrowed);
    assert.deepEqual(tiles(), ["Album 1", "Album 2"]);
    assert.equal(part(dialog, "opened-title").textContent, title);

    press(dialog, "back");
    await settle();
    assert.deepEqual(tiles(), [title]);
  });
}

test("an album opens as its songs; one is added by a press, the rest together", async () => {
  const { dialog, nest, pressTile } = await open();
  await pressTile("Album 1");
  assert.deepEqual(texts(part(dialog, "songs"), "title"), ["Song 1", "Song 2"]);
  assert.equal(part(dialog, "tiles").hidden, true);

  part(dialog, "songs").children[0].click();
  await settle();
  assert.deepEqual(nest.sent.map(({ uris }) => uris), [["library:track:1"]]);

  press(dialog, "add-all");
  await settle();
  assert.deepEqual(nest.sent.at(-1).uris, ["library:track:2"]);
});

test("songs are added by arrows and Enter, too", async () => {
  const { dialog, nest, pressTile } = await open();
  await pressTile("Album 1");
  const songs = part(dialog, "songs");

  key(songs, "ArrowDown");
  key(songs, "ArrowDown");
  key(songs, "Enter");
  await settle();

  assert.deepEqual(nest.sent.map(({ uris }) => uris), [["library:track:2"]]);
});

test("Escape leads out of what is open before it closes", async () => {
  const { dialog, pressTile } = await open();
  await pressTile("Album 1");

  const event = new globalThis.Event("cancel", { cancelable: true });
  dialog.dispatchEvent(event);
  assert.equal(event.defaultPrevented, true);
  assert.equal(part(dialog, "tiles").hidden, false);

  const last = new globalThis.Event("cancel", { cancelable: true });
  dialog.dispatchEvent(last);
  assert.equal(last.defaultPrevented, false);
});
