// E3 and I4: the cover is the light behind everything; without one a placeholder is drawn, always the same.

import assert from "node:assert/strict";
import { test } from "node:test";

import { drawCover, pickPlaceholderHue } from "../../../static/js/core/covers.js";
import { mountCoverTheme } from "../../../static/js/playback/cover_theme.js";
import { mountMediaSession } from "../../../static/js/players/media_session.js";
import { StubElement } from "../dom_stub.js";
import { openPage, settle, welcomedStore } from "../page.js";

const SONG = { title: "Blue", artist: "The Harbours", img: "" };

function drawn(song) {
  openPage();
  const element = new StubElement("span");
  drawCover(element, song);
  return element;
}

const shapes = (element) => element.querySelectorAll("svg").flatMap((svg) => svg.children.map((shape) => [...shape.attributes]));

test("a placeholder is the same for the same song, and another for another", () => {
  const [one, same, other] = [SONG, { ...SONG }, { ...SONG, title: "Green" }].map((song) => shapes(drawn(song)));

  assert.ok(one.length > 2);
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
  assert.notEqual(pickPlaceholderHue(SONG), pickPlaceholderHue({ ...SONG, title: "Green" }));
});

test("a picture that does not load leaves a placeholder", () => {
  const element = drawn({ ...SONG, img: "/cover.jpg" });
  const [image] = element.children;
  assert.equal(image.src, "/cover.jpg");

  image.onerror();

  assert.equal(element.querySelectorAll("svg").length, 1);
});

test("without a song there is no cover", () => {
  const element = drawn(SONG);

  drawCover(element, null);

  assert.equal(element.children.length, 0);
});

test("a cover is drawn once, however often it is asked for", () => {
  const element = drawn(SONG);
  const [first] = element.children;

  drawCover(element, { ...SONG });

  assert.equal(element.children[0], first);
});

async function themed(song, pixels) {
  const { document } = openPage();
  globalThis.Image = class extends StubElement {
    constructor() {
      super("img");
    }

    async decode() {
      if (!pixels) throw new DOMException("Cannot be read.", "EncodingError");
    }
  };
  const data = Uint8ClampedArray.from({ length: 256 }, (_, at) => pixels?.[Math.floor(at / 4) % pixels.length][at % 4] ?? 255);
  document.createElement = () => ({ getContext: () => ({ drawImage() {}, getImageData: () => ({ data }) }) });
  const store = welcomedStore((message) => {
    Object.assign(message.snapshot.song, song);
    return message;
  });
  mountCoverTheme(document.documentElement, store);
  await settle();
  const { dataset, style } = document.documentElement;
  return { theme: dataset.coverTheme, a: style.getPropertyValue("--cover-a"), b: style.getPropertyValue("--cover-b"), style };
}

test("the two colours are the most colourful one, and the one that differs most from it", async () => {
  const grey = [128, 128, 128];
  const { theme, a, b } = await themed({ img: "/cover.jpg" }, [grey, [250, 20, 20], [20, 60, 200], grey]);

  assert.deepEqual([theme, a, b], ["cover", "rgb(250 20 20)", "rgb(20 60 200)"]);
});

test("a cover that may not be read lends the hue of its placeholder", async () => {
  const { theme, a, style } = await themed({ img: "https://far.example/cover.jpg" }, null);

  assert.deepEqual([theme, a], ["placeholder", ""]);
  assert.notEqual(style.getPropertyValue("--placeholder-hue"), "");
});

test("the lock screen shows the song, and its pause is this device's alone", () => {
  openPage();
  const handlers = {};
  const session = {
    setActionHandler: (name, handle) => {
      handlers[name] = handle;
    },
    setPositionState: (place) => {
      session.place = place;
    },
  };
  globalThis.navigator.mediaSession = session;
  globalThis.MediaMetadata = class {
    constructor(fields) {
      Object.assign(this, fields);
    }
  };
  const done = [];
  const store = welcomedStore();
  const clock = { now: () => store.state().nest.playback.ends_at_ms - 100_000 };
  mountMediaSession(store, { listen: () => done.push("listen"), stop: () => done.push("stop") }, clock);

  store.set({ nest: { ...store.state().nest, song: { ...store.state().nest.song, song_id: 99, title: "Green" }, playback: { ...store.state().nest.playback } } });
  handlers.pause();
  handlers.play();

  assert.equal(session.metadata.title, "Green");
  assert.deepEqual(session.place, { duration: 180, position: 80 });
  assert.deepEqual(done, ["stop", "listen"]);
});
