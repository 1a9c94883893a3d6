// Q5: what played, a page at a time; queued again by whoever may.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { mountHistoryDialog } from "../../../static/js/history/history_dialog.js";
import { parseHtml } from "../dom_stub.js";
import { ALICE, BOB } from "../support.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, write } from "../page.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const play = (id, more = {}) => ({ id, uri: `library:track:${id}`, title: `Song ${id}`, artist: "The Band", image: "", user: ALICE, user_name: "Alice", auto: false, started_ms: 1_760_000_000_000 - id * 1_000, ...more });

async function open(answer, change) {
  const page = openPage("player/_history_dialog.html");
  page.document.body.append(...parseHtml('<button data-action="history"></button>'));
  let reachEnd = () => {};
  globalThis.window.IntersectionObserver = class {
    constructor(callback) {
      reachEnd = () => callback([{ isIntersecting: true }]);
    }

    observe() {}
  };
  const asked = stubServer({ "/api/history": answer });
  const store = welcomedStore(change);
  const nest = stubNest();
  const dialog = page.at("history");
  mountHistoryDialog(dialog, store, nest.send);
  press(page.document.body, "history");
  await settle();
  const end = async () => {
    reachEnd();
    await settle();
  };
  const row = (title) => dialog.querySelectorAll(".row").find((each) => part(each, "title").textContent === title);
  return { ...page, dialog, asked, store, nest, end, row, note: () => part(dialog, "note").textContent };
}

const query = ({ path }) => Object.fromEntries(new URL(path, "https://andre.example").searchParams);

test("what played here, and who chose it", async () => {
  const plays = [play(1), play(2, { auto: true }), play(3, { user: BOB }), play(4, { user: "ca401", user_name: "carol" })];
  const { dialog, asked } = await open({ plays });

  const whose = texts(dialog, "line").map((line) => line.replace(/[\u2068\u2069]/gu, "").split(" · ")[1]);

  assert.deepEqual(whose, ["Alice", "Bender", "you", "carol"]);
  assert.deepEqual(query(asked[0]), { nest: "X7K2P", limit: "40" });
});

test("it grows as one scrolls, from the last one on", async () => {
  const pages = [Array.from({ length: 40 }, (_, at) => play(at + 1)), [play(41)]];
  const { dialog, asked, end } = await open(() => ({ plays: pages.shift() }));

  await end();
  await end();

  assert.equal(texts(dialog, "title").length, 41);
  assert.deepEqual(asked.map((each) => query(each).before), [undefined, String(play(40).started_ms)]);
});

test("words and scope are asked for after a pause", async () => {
  const { dialog, asked, note } = await open({ plays: [] });
  assert.equal(note(), "Nothing has played yet.");
  const { elements } = part(dialog, "form");

  elements.scope.value = "mine";
  write(elements.q, " blue ");
  mock.timers.tick(250);
  await settle();

  assert.deepEqual(query(asked[1]), { user: BOB, q: "blue", limit: "40" });
  assert.equal(note(), "Nothing that played has these words.");
});

test("one press queues it again", async () => {
  const { nest, row, note, dialog } = await open({ plays: [play(1)] });

  press(dialog, "again");
  await nest.answer();

  assert.deepEqual(nest.sent, [{ type: "add_songs", uris: ["library:track:1"] }]);
  assert.equal(note(), "Queued “Song 1” again.");
  assert.equal(row("Song 1").classList.contains("is-added"), true);
  mock.timers.tick(4_000);
  assert.equal(row("Song 1").classList.contains("is-added"), false);
});

test("a song that the nest refuses says why, and is not marked as added", async () => {
  const { nest, row, dialog, at } = await open({ plays: [play(1)] });

  press(dialog, "again");
  await nest.answer({ rejected: [{ error: "duplicate", message: "It is queued already." }] });

  assert.equal(at("refusal").textContent, "It is queued already.");
  assert.equal(row("Song 1").classList.contains("is-added"), false);
});

const justPlayed = (may) => (message) => {
  message.you.may.add_songs_again = may;
  message.played_recently["library:track:1"] = Date.now() + 600_000;
  return message;
};

const words = (row, title) => part(row(title), "rests").textContent;

test("what has just played says until when it rests", async () => {
  const { row } = await open({ plays: [play(1), play(2)] }, justPlayed(false));

  assert.match(words(row, "Song 1"), /^Just played, again from /u);
  assert.equal(words(row, "Song 2"), "");
});

// S-16.1
test("what the nest would not take says so, as where one searches", async () => {
  const plays = [play(1, { explicit: true }), play(2, { duration_ms: 600_000 }), play(3, { artist: "The Howlers" }), play(4)];
  const { row, store } = await open({ plays }, (message) => {
    Object.assign(message.snapshot.nest, { explicit: false, max_song_minutes: 8, blocked: ["howlers"] });
    return message;
  });

  assert.equal(words(row, "Song 1"), "Explicit, not played here");
  assert.equal(words(row, "Song 2"), "Over 8 min, not played here");
  assert.equal(words(row, "Song 3"), "“howlers” is not played here");
  assert.deepEqual([1, 2, 3, 4].map((id) => row(`Song ${id}`).classList.contains("is-resting")), [true, true, true, false]);

  store.hear({ type: "nest_settings_changed", rev: store.state().nest.rev + 1, ts: 0, blocked: [] });

  assert.equal(words(row, "Song 3"), "");
});

test("what waits already says where it stands", async () => {
  const { row } = await open({ plays: [play(1), play(2)] }, (message) => {
    message.snapshot.queue = [{ ...message.snapshot.queue[0], trackid: "library:track:2" }];
    return message;
  });

  assert.deepEqual([words(row, "Song 1"), words(row, "Song 2")], ["", "Up next"]);
});

test("an artist who rests is played anyway by whoever may insist", async () => {
  const { row, nest, dialog } = await open({ plays: [play(1)] }, (message) => {
    message.you.may.add_songs_again = true;
    message.snapshot.nest.artist_gap_minutes = 30;
    message.artists_heard = { "the band": Date.now() };
    return message;
  });

  press(dialog, "again");

  assert.equal(words(row, "Song 1"), "This artist rests. Play it anyway");
  assert.equal(nest.sent[0].again, true);
});

test("whoever may insist does so with the same press", async () => {
  const { row, nest, dialog } = await open({ plays: [play(1)] }, justPlayed(true));
  assert.equal(part(row("Song 1"), "again").title, "Play it again anyway");

  press(dialog, "again");

  assert.equal(nest.sent[0].again, true);
});

test("a server that does not answer says so in its place", async () => {
  const { note } = await open([503, { error: "unavailable", message: "The history cannot be read now." }]);

  assert.equal(note(), "The history cannot be read now.");
});
