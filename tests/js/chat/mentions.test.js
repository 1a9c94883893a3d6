// Mentions: the beginning of a name before the caret, who may be meant, and the pieces of a text.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Messages } from "../../../static/js/chat/messages.js";
import { completeMention, findMention, offerPeople, readMentions, splitMentions } from "../../../static/js/chat/mentions.js";

const ANN = { id: "1", name: "Ann" };
const ANNE_MARIE = { id: "2", name: "Anne Marie" };

for (const [text, found] of [
  ["@", { at: 0, beginning: "" }],
  ["hi @an", { at: 3, beginning: "an" }],
  ["@Anne Ma", { at: 0, beginning: "Anne Ma" }],
  ["ann@example", null],
  ["hi", null],
  ["hi @ there", null],
]) {
  test(`"${text}" ${found ? "mentions" : "mentions nobody"}`, () => assert.deepEqual(findMention(text, text.length), found));
}

test("whose name, or a word of it, begins so may be meant", () => {
  assert.deepEqual(offerPeople([ANN, ANNE_MARIE], "ann"), [ANN, ANNE_MARIE]);
  assert.deepEqual(offerPeople([ANN, ANNE_MARIE], "mar"), [ANNE_MARIE]);
  assert.deepEqual(offerPeople([ANN, ANNE_MARIE], "nn"), []);
});

test("a name takes the place of its beginning", () => {
  assert.deepEqual(completeMention("hi @an and you", 6, { at: 3 }, ANN), { text: "hi @Ann and you", caret: 8 });
});

test("the longer name is meant, in the text as on the wire", () => {
  const people = [ANN, ANNE_MARIE];

  assert.deepEqual(readMentions("@Anne Marie, look", people), ["2"]);
  assert.deepEqual(readMentions("@Ann and @Anne Marie", people), ["1", "2"]);
  assert.deepEqual(splitMentions("hi @Anne Marie!", ["Ann", "Anne Marie"]), [
    { text: "hi ", mention: false },
    { text: "@Anne Marie", mention: true },
    { text: "!", mention: false },
  ]);
});

const said = (...ids) => ids.map((id) => ({ message_id: id }));
const ids = (messages) => messages.shown.map((message) => message.message_id);

test("what the nest tells goes on from what is shown, or begins anew", () => {
  const messages = new Messages();
  messages.take(said(1, 2));
  messages.take(said(2, 3));
  assert.deepEqual(ids(messages), [1, 2, 3]);

  messages.take(said(9, 10));

  assert.deepEqual(ids(messages), [9, 10]);
});
