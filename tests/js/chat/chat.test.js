// I7: the chat beside the queue: what is shown, what is unread, whom it mentions, what it is about.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountChatAnnouncer } from "../../../static/js/chat/chat_announcer.js";
import { mountChat } from "../../../static/js/chat/chat_panel.js";
import { closeChat, openChat, rememberedChat } from "../../../static/js/chat/chat_state.js";
import { mountChatToggle } from "../../../static/js/chat/chat_toggle.js";
import { key, openPage, part, press, settle, stubNest, stubServer, texts, welcomedStore, write } from "../page.js";
import { ALICE, BOB, wire } from "../support.js";

const BUTTON = "nests/_bar.html";

function open({ isOpen = true, change } = {}) {
  const page = openPage(BUTTON, "nests/_chat.html", "player/_queue.html", "player/_now_playing.html");
  const store = welcomedStore(change);
  const nest = stubNest();
  const announcer = page.document.createElement("p");
  mountChatAnnouncer(announcer, store);
  const toggle = page.at("chat-toggle");
  mountChatToggle(toggle, store);
  if (isOpen) openChat(store);
  const root = page.at("chat");
  mountChat(root, store, nest.send);
  return { ...page, store, nest, root, toggle, announcer, field: part(root, "form").elements.text };
}

function says(store, text, more = {}) {
  const rev = store.state().nest.rev + 1;
  const author = { id: ALICE, name: "Alice", picture: "", is_guest: false };
  const message = { ...author, text, song: null, mentions: [], message_id: rev, at_ms: 1_760_000_000_000, ...more };
  store.hear({ type: "chat_message", rev, ts: 1_760_000_000_000, message });
}

async function submits({ field, root }, text) {
  write(field, text);
  part(root, "form").requestSubmit();
  await settle();
}

const unread = ({ toggle }) => part(toggle, "unread-words").textContent;

test("messages stand oldest first, with the song they are about", () => {
  const { root } = open();

  assert.deepEqual(texts(root, "text"), ["Good evening", "@Alice where did you find this?"]);
  const [plain, about] = part(root, "messages").children;
  assert.equal(part(plain, "song").hidden, true);
  assert.equal(part(about, "song-title").textContent, "Blue");
});

test("the text of a message is text", () => {
  const { root, store } = open();

  says(store, "<img src=x>");

  assert.equal(texts(root, "text").at(-1), "<img src=x>");
});

test("a song that is gone leads nowhere, and keeps its title", () => {
  const { root, store } = open();
  const row = part(root, "messages").children[1];
  assert.equal(part(row, "song").hidden, false);

  store.set({ nest: { ...store.state().nest, song: null } });

  assert.equal(part(row, "song").hidden, true);
  assert.equal(part(row, "song-gone").textContent, "About Blue");
});

test("what somebody came to is no news; what comes then is unread until the chat is open", () => {
  const page = open({ isOpen: false });
  assert.equal(unread(page), "");

  says(page.store, "hello");
  says(page.store, "mine", { id: BOB });
  assert.equal(unread(page), ", 1 unread message");
  says(page.store, "@Bob", { mentions: [BOB] });
  assert.equal(unread(page), ", 2 unread messages, you are mentioned");
  page.toggle.click();

  assert.equal(unread(page), "");
  assert.equal(page.toggle.getAttribute("aria-expanded"), "true");
  closeChat(page.store);
  assert.equal(unread(page), "");
});

test("a browser remembers how far it has read, unless the nest has begun anew", () => {
  const page = open({ isOpen: false });
  page.kept.set("andre.chat.read.X7K2P", "5");

  const store = welcomedStore();
  mountChatToggle(page.toggle, store);
  assert.equal(store.state().chat.readTo, 5);
  page.kept.set("andre.chat.read.X7K2P", "900");
  const anew = welcomedStore();
  mountChatToggle(page.toggle, anew);

  assert.equal(anew.state().chat.readTo, 0);
});

test("a browser remembers whether it is open", () => {
  const { store } = open();
  assert.equal(rememberedChat().isOpen, true);

  closeChat(store);

  assert.equal(rememberedChat().isOpen, false);
});

test("who comes to write finds the line ready, and a page that was left open moves nobody there", () => {
  const { document, store, field } = open();
  assert.equal(document.activeElement, field);
  document.body.focus();
  says(store, "hello");
  assert.equal(document.activeElement, document.body);

  const left = open({ isOpen: false });
  left.store.set({ chat: { ...left.store.state().chat, isOpen: true } });
  assert.equal(left.root.hidden, false);
  assert.notEqual(left.document.activeElement, left.field);
});

test("new messages are read out, the history is not, and closed only what mentions me", () => {
  const { store, announcer } = open();
  assert.equal(announcer.textContent, "");

  says(store, "hello", { song: { song_id: 11, title: "Blue" } });
  assert.equal(announcer.textContent, "Alice about Blue: hello");
  closeChat(store);
  says(store, "to nobody");
  assert.equal(announcer.textContent, "Alice about Blue: hello");
  says(store, "@Bob you", { mentions: [BOB] });

  assert.equal(announcer.textContent, "Alice: @Bob you");
});

test("what is written goes out with whom it mentions, and the line is empty again", async () => {
  const page = open();

  await submits(page, " @Alice hello ");

  assert.deepEqual(page.nest.sent, [{ type: "send_chat_message", text: "@Alice hello", mentions: [ALICE] }]);
  await page.nest.answer();
  assert.equal(page.field.value, "");
});

test("what is refused stays, with the reason", async () => {
  const page = open();
  await submits(page, "hello");

  await page.nest.refuse("muted", "You are muted in this nest.");

  assert.equal(page.field.value, "hello");
  assert.equal(part(page.root, "refusal").textContent, "You are muted in this nest.");
});

test("one writes about the song that plays, once", async () => {
  const page = open();
  press(page.root, "about-playing");
  assert.equal(part(page.root, "about-title").textContent, "Blue");

  await submits(page, "lovely");
  await page.nest.answer();

  assert.equal(page.nest.sent[0].song_id, 11);
  assert.equal(part(page.root, "about").hidden, true);
});

test("where chat is off, or not for this guest, it says so and takes nothing", () => {
  const { root, store } = open();
  store.hear({ ...wire("nest_settings_changed"), rev: 18, chat: false });
  assert.equal(part(root, "off").textContent, "Chat is off in this nest.");
  assert.equal(part(root, "form").hidden, true);

  const guest = open({ change: (message) => ({ ...message, you: { ...message.you, is_guest: true } }) });
  guest.store.hear({ ...wire("nest_settings_changed"), rev: 18, guest_chat: false });
  assert.equal(part(guest.root, "off").textContent, "In this nest guests read the chat, and do not write.");
  assert.equal(part(guest.root, "form").hidden, true);
});

test("an @ offers who is here; arrows choose, Enter takes", () => {
  const { root, field } = open();
  field.setSelectionRange = () => {};
  const types = (text) => {
    field.selectionStart = text.length;
    write(field, text);
  };

  types("hello @al");
  assert.deepEqual(texts(part(root, "mentions"), "name"), ["Alice"]);
  assert.equal(field.getAttribute("aria-expanded"), "true");
  assert.equal(part(root, "mentions").children[0].getAttribute("aria-selected"), "true");
  key(field, "ArrowDown");
  key(field, "Enter");
  assert.equal(field.value, "hello @Alice ");
  assert.equal(part(root, "mentions").hidden, true);

  types("@nobody");
  assert.equal(part(root, "mentions").hidden, true);
});

test("Escape closes the list of people first, then the chat", () => {
  const { root, field, store } = open();
  field.selectionStart = 1;
  write(field, "@");

  key(field, "Escape");
  assert.equal(store.state().chat.isOpen, true);
  key(field, "Escape");

  assert.equal(store.state().chat.isOpen, false);
  assert.equal(root.hidden, true);
});

test("earlier messages are asked for, and stand before the others", async () => {
  const fifty = Array.from({ length: 50 }, (_, at) => ({ ...wire("chat_message").message, message_id: 100 + at, text: `told ${at}` }));
  const { root } = open({ change: (message) => ({ ...message, snapshot: { ...message.snapshot, rev: 150, chat: fifty } }) });
  const older = { ...wire("chat_message").message, message_id: 7, text: "long ago" };
  const asked = stubServer({ "/api/nests/X7K2P/chat": { messages: [older], has_older: false } });

  press(root, "older");
  await settle();
  await settle();

  assert.equal(asked[0].path, "/api/nests/X7K2P/chat?before=100");
  assert.equal(texts(root, "text")[0], "long ago");
  assert.equal(part(root, "older").hidden, true);
});
