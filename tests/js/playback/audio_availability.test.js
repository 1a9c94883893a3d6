// Whether and where a nest sounds for a listener, and what the page says of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findAccount, describeAvailability } from "../../../static/js/playback/audio_availability.js";

const LISTENING = { listening: "on", error_ms: 3.6, instead: false };
const OFF = { listening: "off", error_ms: null };
const FOLLOWING = { provider: "far", following: true, device: "Kitchen", state: "on", message: "", error_ms: null };
const account = (state, more = {}) => ({ provider: "far", title: "Far", state, warning: "", ...more });

function page({ src = "library", playing = true, ...more } = {}) {
  const nest = { nest: { catalogue: src }, song: { src }, playback: { is_playing: playing } };
  return { nest, accounts: [account("connected")], own: null, device: OFF, ...more };
}

test("music of the library waits for one press and then tells how well it keeps time", () => {
  assert.deepEqual(describeAvailability(page()), { overlay: "page", isOn: false, sentence: "Not listening here" });
  assert.deepEqual(describeAvailability(page({ device: LISTENING })), { overlay: null, isOn: true, sentence: "In step, 4 ms" });
});

test("H7a: where it sounds in the room, only its host is asked to press; others may listen along", () => {
  const says = (mayChange, more) => {
    const here = page(more);
    here.nest.nest.sounds = "room";
    return describeAvailability({ ...here, you: { may: { change_nest_settings: mayChange } } });
  };

  assert.equal(says(true).overlay, "page");
  assert.deepEqual(says(false), { overlay: null, isOn: false, sentence: "Listen along here" });
  assert.deepEqual(says(false, { src: "far" }), { overlay: null, isOn: false, sentence: "Listen along here" });
  assert.deepEqual(says(false, { device: { ...LISTENING, silent: true } }), { overlay: "page", isOn: false, sentence: "No sound here" });
  assert.equal(says(false, { device: LISTENING }).sentence, "In step, 4 ms");
});

test("in step is only who is heard within thirty milliseconds", () => { // C4
  const says = (more) => describeAvailability(page({ device: { ...LISTENING, ...more } })).sentence;

  assert.equal(says({ error_ms: 29.4 }), "In step, 29 ms");
  assert.equal(says({ error_ms: -30 }), "Getting in step");
  assert.equal(says({ error_ms: null }), "Finding the beat");
});

test("a device without sound says so and offers the press again", () => { // C4
  const silent = describeAvailability(page({ device: { ...LISTENING, silent: true } }));
  const starved = describeAvailability(page({ device: { ...LISTENING, silent: true, starved: true } }));

  assert.deepEqual(silent, { overlay: "page", isOn: false, sentence: "No sound here" });
  assert.equal(starved.sentence, "No sound yet: this line is slower than the recording");
});

test("nothing is claimed before it is known which accounts there are", () => {
  assert.deepEqual(describeAvailability(page({ src: "far", accounts: null })), { overlay: null, isOn: false, sentence: "" });
});

test("music of an account waits for a press, too, and then tells where it plays", () => {
  assert.equal(describeAvailability(page({ src: "far" })).overlay, "account");
  assert.equal(describeAvailability(page({ src: "far", own: { isComing: true } })).sentence, "Opening the player");

  const says = (own) => describeAvailability(page({ src: "far", own: { ...FOLLOWING, ...own } }));
  assert.deepEqual(says({}), { overlay: null, isOn: true, sentence: "Playing on Kitchen" });
  assert.equal(says({ error_ms: -29.2 }).sentence, "In step on Kitchen, 29 ms");
  assert.equal(says({ error_ms: -120.2 }).sentence, "Playing on Kitchen, 120 ms off");
  assert.equal(says({ state: "silent" }).sentence, "Listening on Kitchen");
});

test("what is in the way is told, and a refused press can be tried again", () => {
  const says = (own) => describeAvailability(page({ src: "far", own: { ...FOLLOWING, ...own } }));

  assert.deepEqual(says({ state: "trouble", message: "Far asks us to wait 40 s." }), {
    overlay: null,
    isOn: false,
    sentence: "Far asks us to wait 40 s.",
  });
  assert.equal(says({ state: "held", message: "You paused it there." }).sentence, "You paused it there.");
  assert.deepEqual(says({ refused: "Press." }), { overlay: "account", isOn: false, sentence: "Press." });
});

test("without an account it is silent and says why, and asks for nothing", () => { // SP6
  const { overlay, sentence } = describeAvailability(page({ src: "far", accounts: [account("none")] }));

  assert.equal(overlay, null);
  assert.equal(sentence, "Silent here without a Far account");
});

test("a consent that has ended says so", () => { // SP4
  const ended = account("ended", { warning: "Please connect your Far account again." });

  assert.equal(describeAvailability(page({ src: "far", accounts: [ended] })).sentence, ended.warning);
});

test("where catalogues mix the library stands in and says so, and is silent for what it has not", () => { // V3
  const without = { src: "far", accounts: [account("none")] };

  assert.equal(describeAvailability(page(without), true).overlay, "page");
  const instead = describeAvailability(page({ ...without, device: { ...LISTENING, instead: true } }), true);
  assert.equal(instead.sentence, "In step from the library, 4 ms");
  assert.match(describeAvailability(page({ ...without, device: LISTENING }), true).sentence, /^Silent here/u);
});

test("an account belongs to the song that plays, and in silence to what the nest plays from", () => {
  assert.equal(findAccount(page({ src: "far" })).title, "Far");
  assert.equal(findAccount(page()), null);
  const silent = page({ src: "far" });
  assert.equal(findAccount({ ...silent, nest: { ...silent.nest, song: null } }).title, "Far");
});
