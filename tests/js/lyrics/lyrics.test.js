// The words of the song that plays: over its cover, and on the wall.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createClock } from "../../../static/js/core/clock.js";
import { findSungLine } from "../../../static/js/lyrics/followed_lyrics.js";
import { mountLyricsPanel } from "../../../static/js/lyrics/lyrics_panel.js";
import { mountWallLyrics } from "../../../static/js/lyrics/wall_lyrics.js";
import { mountNowPlaying } from "../../../static/js/playback/now_playing.js";
import { PageEvent } from "../dom_stub.js";
import { key, openPage, part, press, settle, stubNest, stubServer, welcomedStore } from "../page.js";
import { wire } from "../support.js";

const AT_20_S = wire("welcome").snapshot.playback.position_ms;
const SUNG = [
  { at_ms: 10_000, text: "Down by the water" },
  { at_ms: 22_000, text: "up on the hill" },
  { at_ms: 30_000, text: "" },
  { at_ms: 33_000, text: "come on in" },
];
const ANSWERS = {
  "/api/tracks/library%3Atrack%3A11/lyrics": { uri: "library:track:11", timed: true, lines: SUNG },
  "/api/tracks/library%3Atrack%3A12/lyrics": { uri: "library:track:12", timed: false, lines: [{ at_ms: null, text: "La" }] },
};

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function open(template, mount, { change, answers = ANSWERS } = {}) {
  const page = openPage(template);
  page.document.getSelection = () => "";
  const asked = stubServer(answers);
  const store = welcomedStore(change);
  const [nest, time] = [stubNest(), { now: 1_000 }];
  const clock = createClock(() => time.now);
  clock.guess(wire("welcome").server_ms);
  const root = page.at("now-playing");
  mount({ root, store, nest, clock });
  const passes = (ms) => {
    time.now += ms;
    mock.timers.tick(ms);
  };
  const hears = (news) => store.set({ nest: { ...store.state().nest, ...news } });
  return { ...page, root, store, nest, asked, passes, hears };
}

async function openPanel(options) {
  const page = open(
    "player/_now_playing.html",
    ({ root, store, nest, clock }) => {
      mountNowPlaying(root, store);
      mountLyricsPanel(root, store, nest.send, clock);
    },
    options,
  );
  const sung = () => part(page.root, "lines").querySelector("[aria-current]")?.textContent ?? null;
  const presses = async () => {
    press(page.root, "lyrics");
    await settle();
  };
  await presses();
  return { ...page, sung, presses };
}

const mountOnWall = ({ root, store, clock }) => mountWallLyrics(root, store, clock);
const texts = (root) => [...part(root, "lines").children].map((line) => line.textContent);
const withoutLyrics = (message) => {
  message.snapshot.song.lyrics = "";
  return message;
};

test("a line is sung until the next one", () => {
  assert.deepEqual([0, 9_999, 10_000, 21_999, 40_000].map((at) => findSungLine(SUNG, at)), [-1, -1, 0, 0, 3]);
});

test("a song without words has no button for them", () => {
  const { root, hears, store } = open("player/_now_playing.html", (page) => mountNowPlaying(page.root, page.store), { change: withoutLyrics });
  assert.equal(part(root, "lyrics-button").hidden, true);

  hears({ song: { ...store.state().nest.song, lyrics: "plain" } });

  assert.equal(part(root, "lyrics-button").hidden, false);
});

test("nobody asks for words before somebody wants to see them", async () => {
  const page = await openPanel();
  assert.equal(page.asked.length, 1);

  await page.presses();
  assert.equal(part(page.root, "lyrics").hidden, true);
  assert.equal(part(page.root, "lyrics-button").getAttribute("aria-expanded"), "false");
});

test("the line that is sung follows the nest's clock", async () => {
  const { root, sung, passes } = await openPanel();
  assert.deepEqual(texts(root), SUNG.map(({ text }) => text));
  assert.equal(sung(), "Down by the water");

  passes(22_000 - AT_20_S - 1);
  assert.equal(sung(), "Down by the water");
  passes(20); // It is not asked for sooner.
  assert.equal(sung(), "up on the hill");
});

test("it stands still while the music does, and goes where somebody moves it", async () => {
  const { sung, passes, hears, store } = await openPanel();
  const { playback } = store.state().nest;

  hears({ playback: { ...playback, is_playing: false, position_ms: 23_000 } });
  passes(60_000);

  assert.equal(sung(), "up on the hill");
  hears({ playback: { ...playback, is_playing: false, position_ms: 5_000 } });
  assert.equal(sung(), null);
});

test("nothing is announced: lines are read by those who walk through them", async () => {
  const { root } = await openPanel();

  const panel = part(root, "lyrics");
  const isLive = (element) => element.getAttribute("aria-live") || ["status", "alert", "log"].includes(element.getAttribute("role"));
  assert.equal([panel, ...panel.querySelectorAll("p, ol, li")].some(isLive), false);
});

test("another song brings its own words, and a song without any hides them until the next", async () => {
  const { root, hears, store } = await openPanel();
  const { song } = store.state().nest;

  hears({ song: { ...song, trackid: "library:track:12", song_id: 12, lyrics: "plain" } });
  await settle();
  assert.deepEqual(texts(root), ["La"]);

  hears({ song: { ...song, trackid: "library:track:13", song_id: 13, lyrics: "" } });
  assert.equal(part(root, "lyrics").hidden, true);

  hears({ song });
  await settle();
  assert.equal(part(root, "lyrics").hidden, false);
  assert.deepEqual(texts(root), SUNG.map(({ text }) => text));
});

test("words that come too late for their song are left", async () => {
  const { root, hears, store, presses } = await openPanel();
  await presses();
  const { song } = store.state().nest;

  press(root, "lyrics");
  hears({ song: { ...song, trackid: "library:track:12", song_id: 12, lyrics: "plain" } });
  await settle();

  assert.deepEqual(texts(root), ["La"]);
});

test("a press on a line moves the song there, for whoever may", async () => {
  const { root, nest } = await openPanel();

  part(root, "lines").children[1].click();

  assert.deepEqual(nest.sent, [{ type: "seek", position_ms: 22_000 }]);
});

test("under a DJ a press on a line does nothing", async () => {
  const { root, nest } = await openPanel({
    change: (message) => {
      message.snapshot.nest.control_mode = "dj";
      return message;
    },
  });

  part(root, "lines").children[1].click();

  assert.deepEqual(nest.sent, []);
});

test("where somebody has scrolled to it stays for a while", async () => {
  const { root, passes, sung } = await openPanel();
  const list = part(root, "lines");
  list.dispatchEvent(new PageEvent("wheel", { bubbles: true }));
  list.scrollTop = 400;

  passes(3_000);

  assert.equal(sung(), "up on the hill");
  assert.equal(list.scrollTop, 400);
});

test("Escape closes it and gives the focus back", async () => {
  const { root, document } = await openPanel();

  key(part(root, "lines"), "Escape");

  assert.equal(part(root, "lyrics").hidden, true);
  assert.equal(document.activeElement, part(root, "lyrics-button"));
});

test("what cannot be shown says why, and can be asked for again", async () => {
  const answers = { ...ANSWERS, "/api/tracks/library%3Atrack%3A11": [404, { error: "not_found", message: "Nobody has." }] };
  delete answers["/api/tracks/library%3Atrack%3A11/lyrics"];
  const { root, presses } = await openPanel({ answers });
  assert.equal(part(root, "note").textContent, "Nobody has.");

  Object.assign(answers, ANSWERS);
  await presses();
  await presses();

  assert.equal(part(root, "note").hidden, true);
  assert.equal(texts(root).length, SUNG.length);
});

test("the wall shows the line that is sung and the next one that has words", async () => {
  const { root, passes } = open("nests/wall.html", mountOnWall);
  const shown = () => ["sung", "coming"].map((name) => part(root, name).textContent);
  await settle();
  assert.equal(part(root, "lyrics").hidden, false);
  assert.deepEqual(shown(), ["Down by the water", "up on the hill"]);

  passes(30_000 - AT_20_S);

  assert.deepEqual(shown(), ["", "come on in"]);
});

test("the wall shows no words that have no times", async () => {
  const { root, hears, store, asked } = open("nests/wall.html", mountOnWall);
  await settle();

  hears({ song: { ...store.state().nest.song, trackid: "library:track:12", lyrics: "plain" } });
  await settle();

  assert.equal(part(root, "lyrics").hidden, true);
  assert.equal(asked.length, 1);
});
