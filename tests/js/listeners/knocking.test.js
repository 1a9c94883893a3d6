// S-3.7: who waits to be let in stands in the dialog of people, for the host and for the DJ.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountKnocking } from "../../../static/js/listeners/knocking.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore } from "../page.js";
import { BOB } from "../support.js";

const DOOR = "/api/nests/X7K2P/door";
const ERIN = { person: { id: "e1", name: "Erin", picture: "", is_guest: false } };

async function openPeople({ may = false, dj = null } = {}) {
  const page = openPage("nests/_listeners_dialog.html");
  page.document.body.append(...parseHtml('<button data-action="people"></button>'));
  const answers = { [DOOR]: { waiting: [ERIN] } };
  const asked = stubServer(answers);
  const store = welcomedStore((message) => {
    message.you.may.mute_listener = may;
    if (dj) Object.assign(message.snapshot, { dj: { id: dj, name: "Bob" }, nest: { ...message.snapshot.nest, control_mode: "dj" } });
    return message;
  });
  const nest = stubNest();
  mountKnocking(page.at("people"), store, nest.send);
  page.at("people").showModal();
  press(page.document.body, "people");
  await settle();
  return { asked, answers, nest, dialog: page.at("people") };
}

test("the host lets somebody in, and the list is asked for again", async () => {
  const { asked, answers, nest, dialog } = await openPeople({ may: true });
  const shown = texts(part(dialog, "knocking-people"), "name");
  answers[DOOR] = { waiting: [] };

  press(dialog, "approve");
  nest.answer({});
  await settle(); // It is done,
  await settle(); // and asked for again.

  assert.deepEqual(shown, ["Erin"]);
  assert.deepEqual(nest.sent, [{ type: "approve_listener", person: "e1" }]);
  assert.equal(asked.length, 2);
  assert.equal(part(dialog, "knocking-section").hidden, true);
});

test("the DJ sees who waits, and nobody else asks", async () => {
  const dj = await openPeople({ dj: BOB });
  const listener = await openPeople();

  assert.deepEqual(texts(part(dj.dialog, "knocking-people"), "name"), ["Erin"]);
  assert.deepEqual(listener.asked, []);
});
