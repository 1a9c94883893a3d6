// The chat beside the queue; on a phone a sheet that leaves the small player in sight.

import { getJson } from "../core/api.js";
import { clone, onAction, part, prefersStillness, reconcile, show } from "../core/dom.js";
import { showRefusal } from "../core/refusal_display.js";
import { closeChat } from "./chat_state.js";
import { Composer } from "./composer.js";
import { fillMessage } from "./message_row.js";
import { Messages } from "./messages.js";

const AT_END_WITHIN_PX = 48;
const MARKED_MS = 1_600;
const CONCERNS = ["chat", "queue", "song", "listeners", "nest"];

export function mountChat(root, store, send) {
  const messages = new Messages();
  let answered = 0; // Of the calls: who comes to write finds the line ready, nobody else is moved there.
  const composer = new Composer(root, store, send);
  const list = part(root, "messages");
  followEnd(list);

  store.subscribe((state, before) => {
    const isNew = CONCERNS.some((name) => state.nest?.[name] !== before.nest?.[name]);
    if (state !== before && !isNew && state.chat === before.chat && state.you === before.you) return;
    if (!state.nest) return;
    render(root, { messages, composer, list }, state);
    if (state.chat.isOpen && state.chat.calls > answered) composer.focus();
    answered = state.chat.calls;
  });
  onAction(root, "close-chat", () => close(store));
  onAction(root, "older", (button) => showOlder(root, { messages, list }, store, button));
  onAction(list, "to-song", (button) => leadTo(store, Number(button.dataset.songId)));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close(store);
  });
}

function close(store) {
  closeChat(store);
  document.getElementById("chat-toggle").focus();
}

function render(root, { messages, composer, list }, state) {
  const isOpening = root.hidden && state.chat.isOpen;
  show(root, state.chat.isOpen);
  messages.take(state.nest.chat);
  if (!state.chat.isOpen) return;
  const isFollowed = isOpening || isAtEnd(list);
  draw(root, messages, list, state);
  composer.render(state);
  if (isFollowed) list.scrollTop = list.scrollHeight;
}

function draw(root, messages, list, { nest, you }) {
  const names = new Map([...messages.shown, ...nest.listeners, you].map(({ id, name }) => [id, name]));
  const songs = new Set([...nest.queue, ...(nest.song ? [nest.song] : [])].map((song) => song.song_id));
  show(part(root, "nothing"), messages.shown.length === 0);
  show(part(root, "older"), messages.hasOlder);
  reconcile(list, messages.shown, {
    key: (message) => message.message_id,
    make: () => clone("message-template"),
    update: (row, message) => fillMessage(row, message, { names, songs, you }),
  });
}

// A keyboard that opens, or a phone that is turned, leaves the latest message in sight. What scrolls while
// the size changes is nobody's wish.
function followEnd(list) {
  let [wasAtEnd, height] = [true, 0];
  const note = () => {
    if (list.clientHeight === height) wasAtEnd = isAtEnd(list);
  };
  list.addEventListener("scroll", note, { passive: true });
  new window.ResizeObserver(() => {
    height = list.clientHeight;
    if (wasAtEnd) list.scrollTop = list.scrollHeight;
  }).observe(list);
}

function isAtEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_WITHIN_PX;
}

// What one reads stays where it is.
async function showOlder(root, { messages, list }, store, button) {
  const [oldest] = messages.shown;
  const address = `/api/nests/${window.NEST_CODE}/chat?before=${oldest.message_id}`;
  const page = await showRefusal(button, getJson(address));
  if (!page) return;
  const below = list.scrollHeight - list.scrollTop;
  messages.putBefore(page);
  draw(root, messages, list, store.state());
  list.scrollTop = list.scrollHeight - below;
}

// To where the song stands now. On a phone the sheet makes room for it.
function leadTo(store, songId) {
  const row = document.querySelector(`#queue [data-key="${songId}"]`);
  const place = row ?? document.getElementById("now-playing");
  if (!matchMedia("(min-width: 760px)").matches) closeChat(store);
  place.scrollIntoView({ block: "center", behavior: prefersStillness() ? "auto" : "smooth" });
  place.classList.add("is-new");
  setTimeout(() => place.classList.remove("is-new"), MARKED_MS);
  place.querySelector("button:not([hidden])")?.focus({ preventScroll: true });
}
