// L6: what has truly sounded here is told once it counts, and where it is told is chosen in a dialog.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { mountHeard } from "../../../static/js/accounts/heard.js";
import { mountScrobbling } from "../../../static/js/settings/scrobbling_section.js";
import { PageEvent } from "../dom_stub.js";
import { openPage, part, press, settle, stubServer, welcomedStore } from "../page.js";

const CONNECTED = { service: "listenbrainz", title: "ListenBrainz", state: "connected", name: "alice_lb", waiting: 0, token_url: "https://listenbrainz.example/" };
const NONE = { ...CONNECTED, state: "none", name: "" };
const LENGTH_MS = 180_000;

beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
afterEach(() => mock.timers.reset());

async function openHeard({ services = [CONNECTED], counted = true } = {}) {
  openPage();
  const asked = stubServer({ "/api/scrobbling": { services }, "/api/nests/X7K2P/heard": () => ({ counted }) });
  const store = welcomedStore();
  const sounds = { songId: 11, position: 0, volume: 1 };
  const player = { songId: () => sounds.songId, position: () => sounds.position, volume: () => sounds.volume };
  const time = { now: 0 };
  mountHeard(store, player, () => time.now);
  await settle();
  const passes = async (seconds, rate = 1) => {
    for (let second = 0; second < seconds; second += 1) {
      time.now += 1_000;
      if (sounds.position !== null) sounds.position += 1_000 * rate;
      mock.timers.tick(1_000);
      await settle();
    }
  };
  const told = () => asked.filter(({ method }) => method === "POST").map(({ body }) => body);
  return { store, sounds, time, passes, told };
}

test("L6: half of a song is told, once", async () => {
  const { passes, told } = await openHeard();

  await passes(90);
  assert.deepEqual(told(), []);
  await passes(60);

  assert.deepEqual(told(), [{ song_id: 11, heard_ms: LENGTH_MS / 2 }]);
});

test("L6: nothing is counted while nothing is connected", async () => {
  const { passes, told } = await openHeard({ services: [NONE] });

  await passes(150);

  assert.deepEqual(told(), []);
});

test("L6: silence, a muted device, another song and a jump are not heard", async () => {
  const { sounds, passes, told, time } = await openHeard();

  await passes(50);
  sounds.position = null;
  await passes(20);
  [sounds.position, sounds.volume] = [70_000, 0];
  await passes(20);
  [sounds.volume, sounds.songId] = [1, 99];
  await passes(20);
  sounds.songId = 11;
  await passes(2);
  sounds.position += 60_000; // Somebody has moved it.
  await passes(1);
  time.now += 60_000; // The laptop slept.
  sounds.position += 60_000;
  await passes(1);
  assert.deepEqual(told(), []);

  await passes(40);
  assert.equal(told().length, 1);
});

test("L6: what does not count yet is told again, not every second", async () => {
  const { passes, told } = await openHeard({ counted: false });

  await passes(91 + 25);

  assert.equal(told().length, 3);
});

test("L6: another song begins at nothing", async () => {
  const { store, sounds, passes, told } = await openHeard();
  await passes(80);
  const { nest } = store.state();

  store.set({ nest: { ...nest, song: { ...nest.song, song_id: 12 } } });
  [sounds.songId, sounds.position] = [12, 0];
  await passes(60);

  assert.deepEqual(told(), []);
});

async function openDialog(answers) {
  const page = openPage("partials/_preferences_dialog.html");
  const store = welcomedStore();
  const asked = stubServer(answers);
  const dialog = page.at("preferences");
  page.document.body.append(Object.assign(page.document.createElement("button"), { id: "opener" }));
  page.at("opener").dataset.action = "preferences";
  mountScrobbling(dialog, store);
  page.at("opener").click();
  await settle();
  return { ...page, dialog, asked, row: () => part(dialog, "scrobbling").children[0] };
}

test("L6: a token connects a service, and one press ends it", async () => {
  const answers = { "/api/scrobbling": { services: [NONE] }, "/api/scrobbling/listenbrainz": { services: [CONNECTED] } };
  const { dialog, asked, row } = await openDialog(answers);
  assert.equal(part(dialog, "scrobbling-section").hidden, false);
  assert.equal(part(row(), "disconnect").hidden, true);

  const form = part(row(), "form");
  form.elements.token.value = " secret ";
  form.dispatchEvent(new PageEvent("submit", { bubbles: true }));
  await settle();
  assert.deepEqual(asked.at(-1).body, { token: "secret" });
  assert.equal(part(row(), "state").textContent, "Connected as alice_lb");
  assert.equal(form.hidden, true);

  answers["/api/scrobbling/listenbrainz"] = { services: [NONE] };
  press(row(), "disconnect-service");
  await settle();
  assert.deepEqual([asked.at(-1).method, part(row(), "state").textContent], ["DELETE", "Not connected"]);
});

test("L6: a refused token says why, and stays to be corrected", async () => {
  const refused = [400, { error: "validation_error", message: "ListenBrainz does not know this token." }];
  const { row } = await openDialog({ "/api/scrobbling": { services: [NONE] }, "/api/scrobbling/listenbrainz": refused });
  const form = part(row(), "form");

  form.elements.token.value = "wrong";
  form.dispatchEvent(new PageEvent("submit", { bubbles: true }));
  await settle();

  assert.equal(part(row(), "refusal").textContent, "ListenBrainz does not know this token.");
  assert.equal(form.elements.token.value, "wrong");
});

test("L6: a token that ended asks for another, and says what waits", async () => {
  const { row } = await openDialog({ "/api/scrobbling": { services: [{ ...CONNECTED, state: "ended", waiting: 2 }] } });

  assert.match(part(row(), "state").textContent, /connect it again, 2 songs wait/u);
  assert.equal(part(row(), "form").hidden, false);
});

test("L6: a server that offers none shows no section", async () => {
  const { dialog } = await openDialog({ "/api/scrobbling": { services: [] } });

  assert.equal(part(dialog, "scrobbling-section").hidden, true);
});

test("L6: Last.fm is allowed on a page of its own, then connected", async () => {
  const lastfm = { ...NONE, service: "lastfm", title: "Last.fm", token_url: "" };
  const begun = { token: "t1", url: "https://last.example/?token=t1" };
  const answers = { "/api/scrobbling": { services: [lastfm] }, "/api/scrobbling/lastfm/consent": begun };
  const { asked, row } = await openDialog(answers);
  const [form, allow] = [part(row(), "form"), part(row(), "allow")];
  const submits = async () => {
    form.dispatchEvent(new PageEvent("submit", { bubbles: true }));
    await settle();
  };
  assert.equal(form.elements.token.hidden, true);

  await submits();
  assert.deepEqual([allow.hidden, allow.href, allow.textContent], [false, begun.url, "Allow Andre at Last.fm"]);
  answers["/api/scrobbling/lastfm"] = [400, { error: "validation_error", message: "Not yet." }];
  await submits();
  assert.equal(part(row(), "refusal").textContent, "Not yet.");
  assert.equal(allow.hidden, true);

  await submits();
  answers["/api/scrobbling/lastfm"] = { services: [{ ...lastfm, state: "connected", name: "alice_fm" }] };
  await submits();
  assert.deepEqual(asked.at(-1).body, { token: "t1" });
  assert.equal(part(row(), "state").textContent, "Connected as alice_fm");
});
