// U-5.5: the heart beside what plays, and one's favourites as a list in the library.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { mountFavouriteButton } from "../../../static/js/favourites/favourite_button.js";
import { mountLibraryDialog } from "../../../static/js/library/library_dialog.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, write } from "../page.js";
import { wire } from "../support.js";

const song = (number) => ({ uri: `library:track:${number}`, provider: "library", title: `Song ${number}`, artist: "The Band", album: "One", duration_ms: 60_000, image: "", liked_ms: number });

async function openButton(uris, change) {
  const page = openPage("player/_now_playing.html");
  const asked = stubServer({ "/api/favourites/uris": { uris }, "/api/tracks": change ?? { uri: "", liked: true } });
  const store = welcomedStore();
  mountFavouriteButton(page.at("now-playing"), store);
  await settle();
  const heart = part(page.at("now-playing"), "like");
  return { asked, store, heart, root: page.at("now-playing"), pressed: () => heart.getAttribute("aria-pressed") };
}

const playing = () => welcomedStore().state().nest.song.trackid;

test("the heart says whether what plays is among one's favourites", async () => {
  assert.equal((await openButton([])).pressed(), "false");
  assert.equal((await openButton([playing()])).pressed(), "true");
});

test("a press keeps it, the next lets it go", async () => {
  const { asked, root, store, pressed } = await openButton([]);
  const { rev } = store.state().nest.mine;

  press(root, "like");
  assert.equal(pressed(), "true");
  await settle();
  store.hear({ ...wire("track_liked"), rev: rev + 1, uri: playing(), liked: true });
  press(root, "like");
  await settle();

  const changes = asked.filter(({ method }) => method !== "GET");
  assert.deepEqual(changes.map(({ method }) => method), ["PUT", "DELETE"]);
  assert.ok(changes.every(({ path }) => path === `/api/tracks/${encodeURIComponent(playing())}/favourite`));
});

test("what another of one's pages has kept shows here", async () => {
  const { store, pressed } = await openButton([]);

  store.hear({ ...wire("track_liked"), rev: store.state().nest.mine.rev + 1, uri: playing(), liked: true });

  assert.equal(pressed(), "true");
});

test("what the server refuses is taken back", async () => {
  const { root, pressed } = await openButton([], [409, { error: "favourites_full", message: "As many as fit." }]);

  press(root, "like");
  await settle();

  assert.equal(pressed(), "false");
});

async function openList(favourites) {
  const page = openPage("player/_library_dialog.html", "player/_search.html");
  page.document.body.append(...parseHtml('<button data-action="library"></button>'));
  globalThis.window.IntersectionObserver = class {
    observe() {}

    unobserve() {}
  };
  const asked = stubServer({ "/api/library": { results: [], total: 0 }, "/api/favourites": { favourites }, "/api/tracks": { liked: false } });
  const nest = stubNest();
  const dialog = page.at("library");
  mountLibraryDialog(dialog, welcomedStore(), nest.send);
  press(page.document.body, "library");
  await settle();
  const radio = part(dialog, "kinds").querySelectorAll("input").find(({ value }) => value === "favourites");
  radio.dispatchEvent(new globalThis.Event("change", { bubbles: true }));
  await settle();
  return { asked, nest, dialog, titles: () => texts(part(dialog, "favourites"), "title"), note: () => part(dialog, "note").textContent };
}

test("favourites are queued again and let go from their list", async () => {
  const { asked, nest, dialog, titles } = await openList([song(1), song(2)]);
  assert.deepEqual(titles(), ["Song 1", "Song 2"]);

  press(part(dialog, "favourites"), "add-favourite");
  await settle();
  assert.deepEqual(nest.sent.map(({ uris }) => uris), [["library:track:1"]]);

  press(part(dialog, "favourites"), "unlike");
  await settle();
  assert.equal(asked.at(-1).method, "DELETE");
  assert.deepEqual(titles(), ["Song 2"]);
});

test("they are found by words, and an empty list says how one begins", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, dialog, note } = await openList([]);
  assert.match(note(), /heart/u);

  write(part(dialog, "favourites-words"), "blue");
  mock.timers.tick(250);
  await settle();
  mock.timers.reset();

  assert.equal(new URL(asked.at(-1).path, "https://andre.example").searchParams.get("q"), "blue");
  assert.match(note(), /None of your favourites/u);
});
