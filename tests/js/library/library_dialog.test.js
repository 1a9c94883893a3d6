// The library to walk through: shelves, what opens, the way back, and songs to add.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountLibraryDialog } from "../../../static/js/library/library_dialog.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, key, write } from "../page.js";

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

// As on a screen where three tiles of 180 px stand beside each other, 20 px apart, and three rows are seen.
const [COLUMNS, PITCH, SEEN_PX] = [3, 200, 600];

async function open(answers = {}) {
  const opened = openPage("player/_library_dialog.html", "player/_search.html");
  opened.document.body.append(...parseHtml('<button data-action="library"></button>'));
  globalThis.getComputedStyle = () => ({ gridTemplateColumns: "100px ".repeat(COLUMNS).trim(), rowGap: "20px" });
  opened.at("tile-template").querySelector(".tile").dataset.offsetHeight = PITCH - 20;
  const asked = stubServer({ ...SHELVES, ...answers });
  const nest = stubNest();
  const dialog = opened.at("library");
  const scroll = part(dialog, "scroll");
  scroll.clientHeight = SEEN_PX;
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
  const scrollTo = (top) => {
    scroll.scrollTop = top;
    scroll.dispatchEvent(new globalThis.Event("scroll"));
  };
  const tiles = () => texts(part(dialog, "tiles"), "title");
  return { dialog, asked, nest, choose, pressTile, scrollTo, tiles, document: opened.document };
}

// Three hundred albums, sixty to a page.
const three = { "/api/library/albums": (path) => many(Number(query({ path }).page)) };
const many = (number) => ({ ...page(Array.from({ length: 60 }, (_, index) => album((number - 1) * 60 + index + 1)), 300), page: number });

// Pages come a tenth of a second after each other.
async function until(isSo) {
  for (let turn = 0; turn < 200 && !isSo(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await settle();
  }
  assert.ok(isSo());
}

test("it opens with what is new, each with who made it and when", async () => {
  const { dialog, asked, tiles } = await open();

  assert.deepEqual(tiles(), ["Album 1", "Album 2"]);
  assert.deepEqual(texts(part(dialog, "tiles"), "line"), ["The Band · 1971", "The Band"]);
  assert.equal(query(asked[0]).sort, "newest");
  assert.equal(part(dialog, "total").textContent, "2 albums");
});

test("of three hundred albums those near the view are drawn, and the others have their room", async () => {
  const { dialog, tiles } = await open(three);
  const list = part(dialog, "tiles");

  // Three rows are seen, two more are near.
  assert.deepEqual([tiles().length, tiles()[0], tiles().at(-1)], [15, "Album 1", "Album 15"]);
  assert.equal(list.style.getPropertyValue("padding-top"), "0px");
  assert.equal(list.style.getPropertyValue("padding-bottom"), `${95 * PITCH}px`);
  assert.equal(part(dialog, "total").textContent, "300 albums");
  const [, second] = list.children;
  assert.deepEqual([second.getAttribute("aria-posinset"), second.getAttribute("aria-setsize")], ["2", "300"]);
});

test("what one jumps to is fetched, not what lies between", async () => {
  const { asked, scrollTo, tiles } = await open(three);

  scrollTo(100 * PITCH - SEEN_PX);
  assert.deepEqual([tiles().length, tiles()[0]], [15, ""]); // Places are kept at once.
  await until(() => tiles()[0] === "Album 286");

  assert.equal(tiles().at(-1), "Album 300");
  assert.deepEqual(asked.map((each) => query(each).page), ["1", "5"]);
});

test("what lies on two pages comes from both, what is seen first", async () => {
  const { asked, scrollTo, tiles } = await open(three);

  scrollTo(40 * PITCH); // The 121st; those near above it are the end of the second page.
  await until(() => tiles().every(Boolean));

  assert.deepEqual(asked.map((each) => query(each).page), ["1", "3", "2"]);
});

test("arrows, Home and End lead to every tile, and one of them is where Tab leads", async () => {
  const { dialog, document, scrollTo } = await open(three);
  const list = part(dialog, "tiles");
  const stops = () => list.children.filter((tile) => tile.querySelector(".tile").getAttribute("tabindex") === "0").map(({ dataset }) => dataset.index);
  const focused = () => document.activeElement.closest("li").dataset.index;
  assert.deepEqual(stops(), ["0"]);

  list.children[0].querySelector(".tile").focus();
  for (const [name, index] of [["ArrowRight", "1"], ["ArrowDown", "4"], ["PageDown", "13"], ["End", "299"], ["ArrowUp", "296"], ["Home", "0"]]) {
    key(document.activeElement, name);
    assert.deepEqual([focused(), stops()], [index, [index]], name);
  }

  key(document.activeElement, "End");
  assert.equal(part(dialog, "scroll").scrollTop, 100 * PITCH - 20 + 8 - SEEN_PX);
  document.activeElement.blur();
  scrollTo(50 * PITCH);
  assert.deepEqual(stops(), ["150"]);
});

test("the tile that has the focus stays while one scrolls away from it", async () => {
  const { dialog, document, scrollTo, tiles } = await open(three);
  const list = part(dialog, "tiles");
  list.children[4].querySelector(".tile").focus();

  scrollTo(50 * PITCH);
  await until(() => tiles().every(Boolean));
  assert.equal(list.children.length, 1 + 7 * COLUMNS);
  assert.equal(document.activeElement.closest("li").style.getPropertyValue("top"), `${PITCH}px`);

  key(document.activeElement, "ArrowLeft");
  assert.equal(document.activeElement.closest("li").dataset.index, "3");
  assert.equal(part(dialog, "scroll").scrollTop, PITCH - 8);
  assert.equal(list.children.some((tile) => tile.classList.contains("is-apart")), false);
});

test("back from an album one is where one was, without asking again", async () => {
  const { dialog, document, asked, pressTile, scrollTo, tiles } = await open(three);
  scrollTo(50 * PITCH);
  await until(() => tiles().includes("Album 152"));
  await pressTile("Album 152");
  const before = asked.length;

  press(dialog, "back");
  await settle();

  assert.equal(part(dialog, "scroll").scrollTop, 50 * PITCH);
  assert.equal(part(document.activeElement, "title").textContent, "Album 152");
  assert.deepEqual([tiles().length, asked.length], [7 * COLUMNS, before]);
});

test("a tile that is not here yet opens nothing", async () => {
  const { dialog, scrollTo, tiles } = await open(three);
  scrollTo(50 * PITCH);

  const waiting = part(dialog, "tiles").querySelector(".tile");
  assert.equal(waiting.getAttribute("aria-label"), "Not here yet");
  waiting.click();
  await until(() => tiles().every(Boolean));

  assert.equal(part(dialog, "opened").hidden, true);
});

test("in a library that has changed meanwhile everything is asked for anew", async () => {
  let total = 300;
  const { asked, dialog, scrollTo, tiles } = await open({ "/api/library/albums": (path) => ({ ...many(Number(query({ path }).page)), total }) });
  total = 240;

  scrollTo(30 * PITCH);
  await until(() => part(dialog, "total").textContent === "240 albums" && tiles().every(Boolean));
  scrollTo(0);
  await until(() => tiles().every(Boolean));

  assert.deepEqual(asked.map((each) => query(each).page), ["1", "2", "1"]);
  assert.equal(part(dialog, "tiles").children[0].getAttribute("aria-setsize"), "240");
});

test("a refusal is told, and tried again once it may be", async () => {
  const answers = [[429, { error: "rate_limited", message: "Slower.", retry_after_s: 0.05 }], many(1)];
  const { dialog, tiles } = await open({ "/api/library/albums": () => answers.shift() });
  assert.equal(part(dialog, "note").textContent, "Slower.");

  await until(() => tiles().length > 0);

  assert.equal(part(dialog, "note").textContent, "");
});

test("what has these words is shown, and that nothing has", async () => {
  const none = { ...page([]), total: 0 };
  const { dialog, asked, choose, tiles } = await open({ "/api/library/albums": (path) => (query({ path }).words === "nobody" ? none : page([album(7)])) });
  const find = async (words) => {
    const before = asked.length;
    write(part(dialog, "words"), words);
    await until(() => asked.length > before);
    await settle();
  };

  await find(" band ");
  assert.deepEqual([query(asked.at(-1)).words, query(asked.at(-1)).sort, tiles()], ["band", "newest", ["Album 7"]]);
  await find("nobody");
  assert.deepEqual([tiles(), part(dialog, "note").textContent], [[], "Nothing here has these words."]);

  await choose("artists");
  assert.deepEqual([part(dialog, "words").value, part(dialog, "find").hidden, query(asked.at(-1)).words], ["", false, undefined]);
  await choose("genres");
  assert.equal(part(dialog, "find").hidden, true);
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
