// H7 and H8: whoever looks after a nest sees its guests, lets in who waits, and ends visits; and a guest's
// page offers what the nest is set to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountGuests } from "../../../static/js/listeners/guests.js";
import { mountWaitingGuests } from "../../../static/js/listeners/waiting_guests.js";
import { claimPass, mountGuestPage } from "../../../static/js/nest/guest_page.js";
import { mountInvitation } from "../../../static/js/nest/invitation.js";
import { mountWallInvitation } from "../../../static/js/wall/wall_invitation.js";
import { PageEvent, parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore } from "../page.js";
import { wire } from "../support.js";

const HOME = "/api/nests/X7K2P";
const GUEST = { id: "g1", name: "Bob", came_at: "2026-01-01T20:00:00Z", ends_at: "2026-01-02T08:00:00Z" };
const WAITING = { id: "w1", name: "Carol", came_at: "2026-01-01T20:00:00Z" };
const INVITATION = { url: "https://andre.example/join#token", qr: "<svg></svg>", ends_at: null, most_guests: 50, asks_first: true };
const BOTH = { guests: [GUEST], waiting: [WAITING] };

const withGuests = (on) => (message) => {
  message.snapshot.nest.guests = on;
  return message;
};

async function openPeople(answers = {}, on = true) {
  const page = openPage("nests/_listeners_dialog.html");
  page.document.body.append(...parseHtml('<button data-action="people"></button>'));
  const asked = stubServer({ [`${HOME}/guests`]: BOTH, [`${HOME}/invitation`]: INVITATION, ...answers });
  const store = welcomedStore(withGuests(on));
  mountGuests(page.at("people"), page.at("end-visit"), store);
  press(page.document.body, "people");
  await settle();
  await settle();
  return { ...page, asked, store, dialog: page.at("people"), ending: page.at("end-visit") };
}

test("Alice sees who is in and who waits, and whether new guests wait", async () => {
  const { dialog, store } = await openPeople();

  assert.deepEqual(texts(part(dialog, "guests"), "name"), ["Bob"]);
  assert.deepEqual(texts(part(dialog, "waiting-guests"), "name"), ["Carol"]);
  assert.equal(part(dialog, "asks-first").checked, true);
  assert.equal(part(dialog, "no-guests").hidden, true);
  assert.equal(store.state().guestsWaiting, 1);
});

test("where guests are off there is nothing about them", async () => {
  const { dialog, asked } = await openPeople({}, false);

  assert.equal(part(dialog, "guests-section").hidden, true);
  assert.deepEqual(asked, []);
});

test("who waits is let in, or is not", async () => {
  const { dialog, asked } = await openPeople();

  press(dialog, "let-in");
  await settle();
  press(dialog, "turn-away");
  await settle();

  const decisions = asked.filter(({ method }) => method === "PATCH");
  assert.deepEqual(decisions.map(({ path, body }) => [path, body.let_in]), [[`${HOME}/guests/w1`, true], [`${HOME}/guests/w1`, false]]);
});

test("a visit ends after one more question, and with what was asked for", async () => {
  const { dialog, ending, asked } = await openPeople();

  press(dialog, "revoke-guest");
  const title = part(ending, "title").textContent;
  const form = part(ending, "form");
  form.elements.songs.checked = true;
  form.elements.renew.checked = false;
  form.requestSubmit();
  await settle();

  assert.equal(title, "End the visit of Bob");
  assert.equal(asked.find(({ method }) => method === "DELETE").path, `${HOME}/guests/g1?songs=true&renew=false`);
  assert.equal(ending.open, false);
});

test("what is refused is said in the dialog, which stays", async () => {
  const { dialog, ending } = await openPeople({ [`${HOME}/guests/g1`]: [404, { error: "not_found", message: "There is no such guest here." }] });

  press(dialog, "revoke-guest");
  part(ending, "form").requestSubmit();
  await settle();

  assert.equal(part(ending, "error").textContent, "There is no such guest here.");
  assert.equal(ending.open, true);
});

test("all visits end together", async () => {
  const { dialog, ending, asked } = await openPeople();

  press(dialog, "revoke-all");
  part(ending, "form").requestSubmit();
  await settle();

  assert.match(asked.find(({ method }) => method === "DELETE").path, /\/guests\?songs=/u);
});

test("whether new guests wait is one switch", async () => {
  const { dialog, asked } = await openPeople();
  const field = part(dialog, "asks-first");

  field.checked = false;
  field.dispatchEvent(new PageEvent("change", { bubbles: true }));
  await settle();

  assert.deepEqual(asked.at(-1), { method: "PATCH", path: `${HOME}/invitation`, body: { asks_first: false } });
});

test("beside the people button stands how many wait, as the server tells it", async () => {
  const page = openPage("nests/_bar.html");
  stubServer({ [`${HOME}/guests`]: BOTH });
  const store = welcomedStore(withGuests(true));
  const badge = () => [part(page.at("bar"), "waiting").hidden, part(page.at("bar"), "waiting-count").textContent];
  mountWaitingGuests(page.at("bar"), store);
  await settle();
  const atFirst = badge();

  store.set({ guestsWaiting: 0 });

  assert.deepEqual(atFirst, [false, "1"]);
  assert.equal(badge()[0], true);
});

async function openShare(answers, on = true) {
  const page = openPage("nests/_invitation_dialog.html");
  page.document.body.append(...parseHtml('<button data-action="share"></button>'));
  page.document.body.dataset.shareUrl = "https://andre.example/nest/X7K2P";
  const asked = stubServer({ [`${HOME}/invitation`]: INVITATION, ...answers });
  const nest = stubNest();
  const store = welcomedStore(withGuests(on));
  mountInvitation(page.at("share"), store, nest.send);
  press(page.document.body, "share");
  await settle();
  return { ...page, asked, nest, store, dialog: page.at("share") };
}

test("the invitation is a link and a code, renewed on other terms", async () => {
  const { dialog, asked } = await openShare();
  const { hours, most_guests: most } = part(dialog, "terms").elements;

  hours.value = "72";
  most.value = "3";
  part(dialog, "terms").requestSubmit();
  await settle();

  assert.equal(part(dialog, "link").value, INVITATION.url);
  assert.match(part(dialog, "qr").src, /^data:image\/svg/u);
  assert.match(part(dialog, "note").textContent, /For 50 guests\.$/u);
  assert.deepEqual(asked.at(-1).body, { hours: 72, most_guests: 3 });
});

test("closed it shows no link, and can be opened again", async () => {
  const { dialog } = await openShare({ [`${HOME}/invitation`]: { ...INVITATION, url: null, qr: null } });

  assert.equal(part(dialog, "shown").hidden, true);
  assert.equal(part(dialog, "close-invitation").hidden, true);
  assert.equal(part(dialog, "renew-label").textContent, "Open it again");
});

test("where guests are off it is the nest's own link, and one press lets guests in", async () => {
  const { dialog, nest, asked, copied } = await openShare({}, false);

  press(dialog, "switch-guests-on");

  assert.equal(part(dialog, "link").value, "https://andre.example/nest/X7K2P");
  assert.deepEqual(copied, ["https://andre.example/nest/X7K2P"]);
  assert.deepEqual(asked, []);
  assert.equal(nest.sent[0].type, "change_nest_settings");
  assert.equal(nest.sent[0].guests, true);
});

test("a wall of Alice's shows the invitation, and the nest's own code once guests are off", async () => {
  const page = openPage("nests/wall.html");
  stubServer({ [`${HOME}/invitation`]: INVITATION });
  const store = welcomedStore(withGuests(true));
  const root = page.at("join-in");
  const clear = stopIntervals();
  mountWallInvitation(root, store);
  await settle();
  const open = [part(root, "qr").src, part(root, "invited").hidden];

  store.hear({ ...wire("nest_settings_changed"), rev: 18, guests: false });
  await settle();
  clear();

  assert.match(open[0], /^data:image\/svg/u);
  assert.equal(open[1], false);
  assert.equal(part(root, "qr").src, `${HOME}/qr.svg`);
  assert.equal(part(root, "invited").hidden, true);
});

function stopIntervals() {
  const { setInterval: real } = globalThis;
  globalThis.setInterval = () => 0;
  return () => {
    globalThis.setInterval = real;
  };
}

const asGuest = (message) => {
  Object.assign(message.you, { is_guest: true });
  Object.assign(message.you.may, { skip: false, blow_airhorn: true });
  return message;
};

test("a guest is offered what the nest is set to, as soon as it is", () => {
  const page = openPage();
  page.document.body.append(...parseHtml('<button data-action="skip"></button><button data-action="airhorns"></button>'));
  const store = welcomedStore(asGuest);
  mountGuestPage(page.document.body, store);
  const hidden = () => page.document.body.querySelectorAll("button").map((button) => button.hidden);
  const before = hidden();

  store.hear({ ...wire("nest_settings_changed"), rev: 18, guest_skips: true, guest_airhorns: false });

  assert.deepEqual(before, [true, false]);
  assert.deepEqual(hidden(), [false, true]);
  assert.deepEqual([store.state().you.may.skip, store.state().you.may.blow_airhorn], [true, false]);
});

test("where the nest has no airhorns a guest is offered none either", () => {
  const page = openPage();
  page.document.body.append(...parseHtml('<button data-action="airhorns"></button>'));
  const store = welcomedStore(asGuest);
  mountGuestPage(page.document.body, store);

  store.hear({ ...wire("nest_settings_changed"), rev: 18, guest_airhorns: true, airhorns: false });

  assert.equal(page.document.body.querySelector("button").hidden, true);
});

test("the settings of guests are nothing to members", () => {
  const store = welcomedStore();

  store.hear({ ...wire("nest_settings_changed"), rev: 18, guest_skips: false });

  assert.equal(store.state().you.may.skip, true);
});

test("a browser keeps the name by which it has a pass, and a refusal is left to the connection", async () => {
  openPage();
  const asked = stubServer({ "/api/guest/browser": [401, { error: "pass_ended", message: "It has ended." }] });

  await claimPass();
  await claimPass();

  assert.match(asked[0].body.browser, /^[0-9a-f]{32}$/u);
  assert.equal(asked[1].body.browser, asked[0].body.browser);
});
