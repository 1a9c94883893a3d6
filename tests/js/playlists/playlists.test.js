// L11: one's playlists in the library: listed, opened, queued, put in order, renamed, shared, deleted, brought in.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountLibraryDialog } from "../../../static/js/library/library_dialog.js";
import { mountPlaylistPicker } from "../../../static/js/playlists/playlist_picker.js";
import { parseHtml } from "../dom_stub.js";
import { key, openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, write } from "../page.js";
import { wire } from "../support.js";

const me = () => welcomedStore().state().you.id;
const playlist = (id, more = {}) => ({ id, name: `Playlist ${id}`, user: me(), user_name: "Bob", shared: false, songs: 3, missing: 0, duration_ms: 540_000, changed_ms: id, ...more });
const entry = (id, more = {}) => ({ id, uri: `library:track:${id}`, provider: "library", title: `Song ${id}`, artist: "The Band", album: "One", image: "", duration_ms: 60_000, ...more });
const THEIRS = playlist(9, { name: "Hers", user: "a".repeat(32), user_name: "Alice", shared: true, changed_ms: 99 });
const SHOWN = ["playlist-acts", "playlist-naming", "playlist-deletion"];

async function openList(answers = {}) {
  const page = openPage("player/_library_dialog.html", "player/_search.html", "player/_queue.html");
  page.document.body.append(...parseHtml('<button data-action="library"></button>'));
  const asked = stubServer({ "/api/library": { results: [], total: 0 }, "/api/playlists": { playlists: [THEIRS, playlist(1), playlist(2)] }, ...answers });
  const nest = stubNest();
  const store = welcomedStore();
  const dialog = page.at("library");
  mountLibraryDialog(dialog, store, nest.send);
  press(page.document.body, "library");
  await settle();
  const radio = part(dialog, "kinds").querySelectorAll("input").find(({ value }) => value === "playlists");
  radio.dispatchEvent(new globalThis.Event("change", { bubbles: true }));
  await settle();
  const hear = async (type, more) => {
    store.hear({ ...wire(type), rev: store.state().nest.mine.rev + 1, ...more });
    await settle();
  };
  const names = () => texts(part(dialog, "playlist-list"), "title");
  return { ...page, asked, nest, store, dialog, hear, names, note: () => part(dialog, "playlist-note").textContent };
}

async function openOne({ answers = {}, shown = playlist(1), entries = [entry(11), entry(12), entry(13)] } = {}) {
  const found = await openList({
    "/api/playlists": { playlists: [shown] },
    "/api/playlists/": { playlist: shown },
    [`/api/playlists/${shown.id}`]: { playlist: shown, entries },
    [`/api/playlists/${shown.id}/entries`]: { playlist: { ...shown, changed_ms: shown.changed_ms + 1 } },
    ...answers,
  });
  press(part(found.dialog, "playlist-list"), "open-playlist");
  await settle();
  const rows = () => [...part(found.dialog, "entries").children];
  return {
    ...found,
    rows,
    titles: () => texts(part(found.dialog, "entries"), "title"),
    choose: async (row, action, step) => {
      press(row, "entry-menu");
      const items = part(found.dialog, "entry-menu").querySelectorAll(`[data-action="${action}"]`);
      items.find((item) => !step || item.dataset.step === step).click();
      await settle();
    },
    changes: () => found.asked.filter(({ method }) => method !== "GET"),
  };
}

// Answers come one after the other: turns are waited for, never a time.
async function until(isSo) {
  for (let turn = 0; turn < 20 && !isSo(); turn += 1) await settle();
}

test("mine come first, then what others share, each with what is in it", async () => {
  const { dialog, names } = await openList();

  assert.deepEqual(names(), ["Playlist 2", "Playlist 1", "Hers"]);
  assert.deepEqual(texts(part(dialog, "playlist-list"), "line"), ["3 songs · 9:00", "3 songs · 9:00", "3 songs · 9:00 · by Alice"]);
});

test("what another of one's pages has changed shows here", async () => {
  const { hear, names } = await openList();

  await hear("playlist_changed", { playlist: playlist(1, { name: "Renamed", changed_ms: 50 }) });
  await hear("playlist_changed", { playlist: playlist(3, { name: "New", changed_ms: 51 }) });
  await hear("playlist_deleted", { playlist_id: 2 });

  assert.deepEqual(names(), ["New", "Renamed", "Hers"]);
});

test("the queue is saved under the day and may be named at once", async () => {
  const made = playlist(7, { name: "Queue of today" });
  const { asked, dialog } = await openList({ "/api/playlists": ({ length }) => (length ? { playlists: [], playlist: made } : {}), "/api/playlists/7": { playlist: made, entries: [] } });

  part(dialog, "playlists").querySelectorAll("[data-action=make-playlist]").find((button) => button.dataset.of === "queue").click();
  await until(() => !part(dialog, "playlist-naming").hidden);

  const { body } = asked.find(({ method }) => method === "POST");
  assert.deepEqual([body.nest, body.of], ["X7K2P", "queue"]);
  assert.equal(part(dialog, "playlist-naming").hidden, false);
  assert.equal(part(dialog, "playlist-name").value, "Queue of today");
});

test("a playlist is queued as far as the nest takes it, and what was refused is said", async () => {
  const entries = Array.from({ length: 25 }, (_, index) => entry(index + 1));
  const { nest, dialog, note } = await openOne({ entries });

  press(dialog, "queue-playlist");
  await settle();
  await nest.answer({ added: Array.from({ length: 10 }, (_, index) => index) });
  const uri = "library:track:15";
  const waits = (place) => ({ uri, error: "already_queued", message: `At place ${place}.` });
  await nest.answer({ added: [1, 2, 3, 4], rejected: [waits(1), waits(2), { uri, error: "queue_full", message: "The queue is full." }] });

  assert.deepEqual(nest.sent.map(({ uris }) => uris.length), [10, 10]);
  assert.equal(note(), "14 of 25 songs queued. At place 1. The queue is full.");
});

test("a refused command is said once and asks for no more", async () => {
  const entries = Array.from({ length: 12 }, (_, index) => entry(index + 1));
  const { nest, dialog, note } = await openOne({ entries });

  press(dialog, "queue-playlist");
  await settle();
  await nest.refuse("rate_limited", "That is a lot of music.");

  assert.equal(nest.sent.length, 1);
  assert.equal(note(), "0 of 12 songs queued. That is a lot of music.");
});

test("one song is queued, or all from there on, without what is not here", async () => {
  const { nest, rows, choose } = await openOne({ entries: [entry(11), entry(12), entry(13, { uri: "" }), entry(14)] });

  press(rows()[1], "queue-entry");
  await settle();
  await nest.answer({ added: [1] });
  await choose(rows()[1], "queue-from");

  assert.deepEqual(nest.sent.map(({ uris }) => uris), [["library:track:12"], ["library:track:12", "library:track:14"]]);
  assert.ok(rows()[1].classList.contains("is-added"));
  assert.equal(part(rows()[2], "queue").hidden, true);
});

test("a song is moved by the menu and by Alt and the arrows, at once", async () => {
  const { rows, titles, choose, changes } = await openOne();

  await choose(rows()[2], "move-entry", "top");
  assert.deepEqual(titles(), ["Song 13", "Song 11", "Song 12"]);
  key(part(rows()[0], "move"), "ArrowDown", { altKey: true });
  await settle();

  assert.deepEqual(titles(), ["Song 11", "Song 13", "Song 12"]);
  assert.deepEqual(changes().map(({ path, body }) => [path, body.before]), [["/api/playlists/1/entries/13", 11], ["/api/playlists/1/entries/13", 12]]);
});

test("what the server refuses to move stands where it has it", async () => {
  const { rows, titles, choose } = await openOne({ answers: { "/api/playlists/1/entries": [404, { error: "entry_not_found", message: "Gone." }] } });

  await choose(rows()[0], "move-entry", "end");
  await until(() => titles()[0] === "Song 11");

  assert.deepEqual(titles(), ["Song 11", "Song 12", "Song 13"]);
});

test("a song is removed, and the focus stays in the list", async () => {
  const { document, rows, titles, choose, changes } = await openOne();

  await choose(rows()[0], "remove-entry");

  assert.deepEqual(titles(), ["Song 12", "Song 13"]);
  assert.deepEqual(changes().map(({ method, path }) => [method, path]), [["DELETE", "/api/playlists/1/entries/11"]]);
  assert.equal(document.activeElement, part(rows()[0], "move"));
});

test("it is renamed and shared by its buttons", async () => {
  const answers = { "/api/playlists/1": (path) => ({ playlist: playlist(1, { name: path ? "Early trains" : "" }), entries: [] }) };
  const { dialog, changes } = await openOne({ answers });

  press(dialog, "name-playlist");
  part(dialog, "playlist-name").value = "Early trains";
  part(dialog, "playlist-naming").requestSubmit();
  await settle();
  press(dialog, "share-playlist");
  await settle();

  assert.deepEqual(changes().map(({ method, body }) => [method, body]), [["PATCH", { name: "Early trains" }], ["PATCH", { shared: true }]]);
  assert.deepEqual(SHOWN.map((name) => part(dialog, name).hidden), [false, true, true]);
});

test("it is deleted only after a question", async () => {
  const { dialog, changes } = await openOne();

  press(dialog, "ask-delete");
  assert.deepEqual(SHOWN.map((name) => part(dialog, name).hidden), [true, true, false]);
  press(part(dialog, "playlist-deletion"), "keep-playlist");
  assert.deepEqual(changes(), []);
  press(dialog, "ask-delete");
  press(dialog, "delete-playlist");
  await settle();

  assert.deepEqual(changes().map(({ method, path }) => [method, path]), [["DELETE", "/api/playlists/1"]]);
  assert.equal(part(dialog, "playlist").hidden, true);
  assert.equal(part(dialog, "playlists").hidden, false);
});

test("what Alice shares can be queued and nothing of it changed", async () => {
  const { dialog, rows } = await openOne({ shown: THEIRS });

  assert.deepEqual(["name-playlist", "share-playlist", "ask-delete"].map((name) => part(dialog, name).hidden), [true, true, true]);
  assert.equal(rows()[0].classList.contains("is-movable"), false);
  press(rows()[0], "entry-menu");
  const items = part(dialog, "entry-menu").querySelectorAll("button").filter(({ hidden }) => !hidden);
  assert.deepEqual(items.map((item) => item.dataset.action), ["queue-from"]);
});

test("an open playlist follows what another of one's pages does with it", async () => {
  const found = { playlist: playlist(1), entries: [entry(11)] };
  const { hear, titles, dialog, note } = await openOne({ answers: { "/api/playlists/1": () => found } });

  found.entries = [entry(11), entry(14)];
  await hear("playlist_changed", { playlist: playlist(1, { changed_ms: 70 }) });
  assert.deepEqual(titles(), ["Song 11", "Song 14"]);

  await hear("playlist_deleted", { playlist_id: 1 });
  assert.equal(part(dialog, "playlists").hidden, false);
  assert.match(note(), /deleted/u);
});

test("a file is brought in, and what is not here is looked for and shown", async () => {
  const brought = playlist(7, { songs: 3, missing: 2 });
  const one = { playlist: brought, entries: [entry(1), entry(2, { uri: "" }), entry(3, { uri: "" })] };
  const { asked, dialog, note } = await openList({
    "/api/playlists/import": { playlist: brought, missing: [], next: 2 },
    "/api/playlists/7/match": () => {
      one.playlist = playlist(7, { songs: 3, missing: 1 });
      return { playlist: one.playlist, found: [entry(3)], next: null };
    },
    "/api/playlists/7": () => one,
  });
  const files = part(dialog, "playlist-file");
  files.files = [{ name: "Trains.m3u" }];

  files.dispatchEvent(new globalThis.Event("change", { bubbles: true }));
  await until(() => note().endsWith("are here."));

  assert.equal(asked.find(({ path }) => path.endsWith("/import")).body.files.file.name, "Trains.m3u");
  assert.deepEqual(asked.filter(({ path }) => path.endsWith("/match")).map(({ body }) => body.after), [2]);
  assert.equal(note(), "2 of 3 songs are here.");
  assert.equal(part(dialog, "entries-missing").hidden, false);
});

test("a file that cannot be read is said where one asked", async () => {
  const { dialog, note } = await openList({ "/api/playlists/import": [400, { error: "unreadable_playlist", message: "There is no song in this file." }] });
  const files = part(dialog, "playlist-file");
  files.files = [{ name: "x.m3u" }];

  files.dispatchEvent(new globalThis.Event("change", { bubbles: true }));
  await settle();

  assert.equal(note(), "There is no song in this file.");
});

async function openPicker(answers = {}) {
  const page = openPage("player/_library_dialog.html", "player/_playlist_picker.html", "player/_now_playing.html", "player/_queue.html");
  const asked = stubServer({ "/api/playlists": { playlists: [THEIRS, playlist(1)], playlist: playlist(5, { songs: 1 }) }, "/api/playlists/1/entries": { added: [entry(1)], already: [], rejected: [] }, ...answers });
  const store = welcomedStore();
  const dialog = page.at("playlist-picker");
  mountPlaylistPicker(dialog, store);
  press(page.at("now-playing"), "to-playlist");
  await settle();
  return { ...page, asked, store, dialog };
}

test("what plays goes into one of mine", async () => {
  const { asked, store, dialog } = await openPicker();
  assert.deepEqual(texts(part(dialog, "mine"), "title"), ["Playlist 1"]);

  press(part(dialog, "mine"), "pick-playlist");
  await settle();

  const { trackid, title } = store.state().nest.song;
  assert.deepEqual(asked.at(-1).body, { uris: [trackid] });
  assert.equal(dialog.open, false);
  assert.equal(store.state().undoable.at(-1).sentence, `“${title}” is in “Playlist 1” now.`);
});

test("what is there already is said, and so is a refusal", async () => {
  const { dialog } = await openPicker({ "/api/playlists/1/entries": { added: [], already: ["x"], rejected: [] } });

  press(part(dialog, "mine"), "pick-playlist");
  await settle();

  assert.equal(part(dialog, "error").textContent, "It is in “Playlist 1” already.");
  assert.equal(dialog.open, true);
});

test("an album goes in as a whole, and it is said in front of the library", async () => {
  const { document, at, dialog, asked } = await openPicker({ "/api/playlists/1/entries": { added: [entry(1), entry(2)], already: [], rejected: [] } });
  dialog.close();
  const button = part(at("library"), "album-to-playlist");
  Object.assign(button.dataset, { uri: "library:album:1", title: "One" });

  button.click();
  await settle();
  press(part(dialog, "mine"), "pick-playlist");
  await settle();

  assert.deepEqual(asked.at(-1).body, { uris: ["library:album:1"] });
  assert.equal(document.getElementById("refusal").textContent, "2 songs are in “Playlist 1” now.");
});

test("from there one comes to all of them, also where the nest plays from elsewhere", async () => {
  const { at, store, dialog } = await openPicker();
  mountLibraryDialog(at("library"), store, () => Promise.resolve({}));

  press(dialog, "library");
  await settle();

  assert.equal(dialog.open, false);
  assert.equal(at("library").open, true);
  assert.deepEqual(texts(part(at("library"), "playlist-list"), "title"), ["Playlist 1", "Hers"]);
});

test("a new playlist begins with the song", async () => {
  const { asked, dialog } = await openPicker();

  write(part(dialog, "name"), "Late trains");
  part(dialog, "form").requestSubmit();
  await settle();

  const { body } = asked.find(({ method }) => method === "POST");
  assert.equal(body.name, "Late trains");
  assert.equal(body.uris.length, 1);
  assert.equal(dialog.open, false);
});
