// S-10.2, S-10.3 and S-10.5: whoever looks after a nest mutes, kicks and bans from the dialog of people,
// and sees what was done.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountListenersDialog } from "../../../static/js/listeners/listeners_dialog.js";
import { mountModeration } from "../../../static/js/listeners/moderation.js";
import { mountToasts } from "../../../static/js/nest/toasts.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore } from "../page.js";
import { BOB, wire } from "../support.js";

const CAROL = "ca201ca201ca201ca201ca201ca201ca";
const ADDRESS = "/api/nests/X7K2P/moderation";
const ALICE_FACE = { id: "a1", name: "Alice", picture: "", is_guest: false };
const ERIN = { id: "e1", name: "Erin", picture: "", is_guest: false };
const DECISION = { person: ERIN, by: ALICE_FACE, reason: "Shouting.", at_ms: 1760000000000 };
const TOLD = {
  muted: [],
  banned: [DECISION],
  acts: [{ ...DECISION, act: "banned" }, { ...DECISION, act: "unmuted", reason: "" }],
};

async function openPeople({ may = true, needsPlan = [], told = TOLD } = {}) {
  const page = openPage("nests/_listeners_dialog.html");
  page.document.body.append(...parseHtml('<button data-action="people"></button>'));
  const asked = stubServer({ [ADDRESS]: told });
  const store = welcomedStore((message) => {
    message.you.may.mute_listener = may;
    message.you.needs_plan = needsPlan;
    message.snapshot.listeners.push({ id: CAROL, name: "Carol", picture: "", is_guest: false });
    return message;
  });
  const nest = stubNest();
  mountListenersDialog(page.at("people"), store);
  mountModeration(page.at("people"), page.at("moderate"), store, nest.send);
  press(page.document.body, "people");
  await settle();
  return { ...page, asked, store, nest, dialog: page.at("people"), deciding: page.at("moderate") };
}

function rowOf(dialog, id) {
  return part(dialog, "people").querySelector(`[data-key="${id}"]`);
}

test("who may not moderate sees no menu and nothing of what moderators did", async () => {
  const { dialog, asked } = await openPeople({ may: false });

  assert.equal(part(rowOf(dialog, CAROL), "more").hidden, true);
  assert.equal(part(dialog, "moderation").hidden, true);
  assert.deepEqual(asked, []);
});

// K-8.2
test("where the plan does not open them kicking and banning are not offered, and muting is", async () => {
  for (const [needsPlan, hidden] of [[[], false], [["kick_listener", "ban_listener"], true]]) {
    const { dialog } = await openPeople({ needsPlan });
    const row = rowOf(dialog, CAROL);

    assert.equal(part(row, "more").hidden, false);
    assert.deepEqual(["mute", "kick", "ban"].map((verb) => part(row, verb).hidden), [false, hidden, hidden]);
  }
});

test("every row but one's own and the creator's has a menu", async () => {
  const { dialog, store } = await openPeople();
  const { creator_id: creator } = store.state().nest.nest;

  const shown = store.state().nest.listeners.filter(({ id }) => !part(rowOf(dialog, id), "more").hidden);

  assert.ok(shown.length > 0);
  assert.deepEqual(shown.filter(({ id }) => [BOB, creator].includes(id)), []);
});

test("a ban asks for a reason, which goes with it", async () => {
  const { dialog, deciding, nest } = await openPeople();
  const row = rowOf(dialog, CAROL);

  press(row, "moderate");
  press(row, "ban");
  const title = part(deciding, "title").textContent;
  part(deciding, "form").elements.reason.value = "Shouting.";
  part(deciding, "form").requestSubmit();
  await nest.answer({ rev: 1 });

  assert.equal(title, "Ban Carol");
  assert.deepEqual(nest.sent, [{ type: "ban_listener", person: CAROL, reason: "Shouting." }]);
  assert.equal(deciding.open, false);
});

test("a refused kick is said where it was asked for", async () => {
  const { dialog, deciding, nest } = await openPeople();

  press(rowOf(dialog, CAROL), "kick");
  part(deciding, "form").requestSubmit();
  await nest.refuse("not_found", "They are not listening here.");

  assert.equal(part(deciding, "error").textContent, "They are not listening here.");
  assert.equal(deciding.open, true);
});

test("who is muted is shown so, and unmuted with one press", async () => {
  const { dialog, store, nest } = await openPeople();
  const { nest: seen } = store.state();

  const carol = seen.listeners.find(({ id }) => id === CAROL);
  store.hear({ ...wire("listener_muted"), person: carol, rev: seen.rev + 1 });
  const row = rowOf(dialog, CAROL);
  const [isShown, label] = [!part(row, "is-muted").hidden, part(row, "mute").textContent];
  press(row, "mute");

  assert.deepEqual([isShown, label], [true, "Unmute"]);
  assert.deepEqual(nest.sent, [{ type: "unmute_listener", person: CAROL }]);
});

test("bans can be lifted, and what moderators did is told with its reason", async () => {
  const { dialog, nest } = await openPeople();

  press(part(dialog, "banned-people"), "take-back");

  assert.equal(part(dialog, "muted-section").hidden, true);
  assert.deepEqual(texts(part(dialog, "banned-people"), "name"), ["Erin"]);
  assert.deepEqual(texts(part(dialog, "acts"), "sentence"), ["Alice banned Erin.", "Alice unmuted Erin."]);
  assert.match(texts(part(dialog, "acts"), "why")[0], /· Shouting\.$/u);
  assert.deepEqual(nest.sent, [{ type: "unban_listener", person: "e1" }]);
});

test("a decision brings the list up to date while it is looked at", async () => {
  const { asked, store } = await openPeople();

  store.hear({ ...wire("listener_kicked"), rev: store.state().nest.rev + 1 });
  await settle();

  assert.equal(asked.length, 2);
});

test("everybody is told what was decided, and about whom", () => {
  const { at } = openPage("partials/_toasts.html");
  const store = welcomedStore();
  mountToasts(at("toasts"), store, stubNest().send);

  store.hear({ ...wire("listener_kicked"), person: ERIN, rev: store.state().nest.rev + 1 });
  store.hear({ ...wire("listener_muted"), rev: store.state().nest.rev + 1 });

  assert.deepEqual(texts(at("toasts"), "sentence"), ["Erin was kicked.", "You were muted."]);
});
