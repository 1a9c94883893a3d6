// The button that opens and closes the chat, with what is unread on it.

import { part, setText, show } from "../core/dom.js";
import { formatCount } from "../core/format.js";
import { closeChat, countUnread, markRead, openChat, readToAtFirst } from "./chat_state.js";

const MOST_SHOWN = 9; // The nest tells fifty; beyond a few, how many is no news.

export function mountChatToggle(button, store) {
  store.subscribe((state, before) => {
    if (!state.nest) return;
    if (state.chat.readTo === null) return store.set({ chat: { ...state.chat, readTo: readToAtFirst(state.nest) } });
    if (state === before || state.nest.chat !== before.nest?.chat || state.chat !== before.chat) render(button, state);
    return look(store);
  });
  document.addEventListener("visibilitychange", () => look(store));
  button.addEventListener("click", () => (store.state().chat.isOpen ? closeChat(store) : openChat(store)));
}

// What stands before somebody's eyes is read.
function look(store) {
  const { nest, chat } = store.state();
  if (nest && chat.isOpen && !document.hidden) markRead(store);
}

function render(button, state) {
  const { count, mentionsMe } = countUnread(state);
  const mark = part(button, "unread");
  show(mark, count > 0);
  mark.classList.toggle("is-mention", mentionsMe);
  setText(part(button, "unread-count"), formatMark(count, mentionsMe));
  setText(part(button, "unread-words"), describe(count, mentionsMe));
  button.setAttribute("aria-expanded", String(state.chat.isOpen));
}

function formatMark(count, mentionsMe) {
  if (mentionsMe) return "@";
  return count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count);
}

function describe(count, mentionsMe) {
  if (count === 0) return "";
  return `, ${formatCount(count, "unread message", "unread messages")}${mentionsMe ? ", you are mentioned" : ""}`;
}
