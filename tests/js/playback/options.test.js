// U-5.6 to U-5.8: what repeats, whether the queue is shuffled, and who is offered to change it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountOptions } from "../../../static/js/playback/options.js";
import { summarise } from "../../../static/js/queue/queue_order.js";
import { openPage, part, press, stubNest, welcomedStore } from "../page.js";
import { ALICE, BOB, wire } from "../support.js";

function open({ dj = null, options = {}, isSmall = false, mayNot = false } = {}) {
  const page = openPage(isSmall ? "player/_mini_player.html" : "player/_now_playing.html");
  const store = welcomedStore((message) => {
    if (dj) message.snapshot.nest.control_mode = "dj";
    if (dj) message.snapshot.dj = { id: dj, name: "The DJ" };
    Object.assign(message.playback, options);
    if (mayNot) message.you.may.set_options = false;
    return message;
  });
  const nest = stubNest();
  const root = page.at(isSmall ? "mini-player" : "now-playing");
  mountOptions(root, store, nest.send, { isSmall });
  return { ...page, store, nest, root, button: (name) => part(root, name) };
}

const shown = ({ button }) => ["shuffle", "repeat"].map((name) => !button(name).hidden);
const label = (button) => button.getAttribute("aria-label");

test("the DJ shuffles and repeats, in an open nest everybody repeats, and nobody shuffles", () => {
  assert.deepEqual(shown(open({ dj: BOB })), [true, true]);
  assert.deepEqual(shown(open()), [false, true]);
});

test("whoever may not press sees what is on, and only that", () => {
  const listener = open({ dj: ALICE, options: { shuffle: true, repeat_mode: "off" } });
  const guest = open({ mayNot: true, options: { repeat_mode: "all" } });

  assert.deepEqual(shown(listener), [true, false]);
  assert.deepEqual(shown(guest), [false, true]);
  assert.deepEqual([listener.button("shuffle").disabled, guest.button("repeat").disabled], [true, true]);
});

test("the small player shows only what is on", () => {
  assert.deepEqual(shown(open({ dj: BOB, isSmall: true })), [false, false]);
  assert.deepEqual(shown(open({ dj: BOB, isSmall: true, options: { repeat_mode: "one" } })), [false, true]);
});

test("repeat goes from off to all to this song and off again, each at once", async () => {
  const { nest, root, button, store } = open();
  const labels = [label(button("repeat"))];

  for (const [rev, mode] of [[18, "all"], [19, "one"], [20, "off"]]) {
    press(root, "repeat");
    labels.push(label(button("repeat")));
    store.hear({ ...wire("options_changed"), rev, repeat_mode: mode });
    await nest.answer();
  }

  assert.deepEqual(labels, ["Repeat, off", "Repeat, all songs", "Repeat, this song", "Repeat, off"]);
  assert.deepEqual(nest.sent.map((sent) => sent.repeat_mode), ["all", "one", "off"]);
});

test("a refused shuffle is off again, and the sentence says why", async () => {
  const { nest, root, button, at } = open({ dj: BOB });

  press(root, "shuffle");
  const pressed = button("shuffle").getAttribute("aria-pressed");
  await nest.refuse("fair_queue", "Here the queue is fair.");

  assert.deepEqual(nest.sent, [{ type: "set_options", shuffle: true }]);
  assert.deepEqual([pressed, button("shuffle").getAttribute("aria-pressed")], ["true", "false"]);
  assert.equal(at("refusal").textContent, "Here the queue is fair.");
});

test("the queue's own line says that it is shuffled and repeats", () => {
  const queue = [{ duration_ms: 60_000 }];

  assert.equal(summarise(queue, { shuffle: false, repeat_mode: "one" }), "1 song, 1:00");
  assert.equal(summarise(queue, { shuffle: true, repeat_mode: "all" }), "1 song, 1:00 · shuffled · repeats");
});
