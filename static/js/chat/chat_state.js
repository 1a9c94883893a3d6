// Whether the chat is open, what is written about, and how far it has been read in this browser.

const OPEN_KEY = "andre.chat.open";
const READ_KEY = "andre.chat.read"; // and the nest's id: the latest message that was seen
const BESIDE_THE_QUEUE = "(min-width: 760px)"; // On a phone it covers the queue, and begins closed.

export function rememberedChat() {
  const isOpen = matchMedia(BESIDE_THE_QUEUE).matches && localStorage.getItem(OPEN_KEY) === "true";
  return { isOpen, about: null, readTo: null, calls: 0 };
}

// Somebody wants to write. `about`: {song_id, title} of the song to write about, or null.
export function openChat(store, about = null) {
  localStorage.setItem(OPEN_KEY, "true");
  const { chat } = store.state();
  store.set({ chat: { ...chat, isOpen: true, about, calls: chat.calls + 1 } });
}

export function closeChat(store) {
  localStorage.setItem(OPEN_KEY, "false");
  store.set({ chat: { ...store.state().chat, isOpen: false, about: null } });
}

export function writeAbout(store, about) {
  store.set({ chat: { ...store.state().chat, about } });
}

// What was said before somebody first came is not news to them; where a nest has begun anew, all is.
export function readToAtFirst({ nest: { nest_id: nest }, chat, rev }) {
  const kept = localStorage.getItem(`${READ_KEY}.${nest}`);
  if (kept === null) return chat.at(-1)?.message_id ?? 0;
  return Number(kept) > rev ? 0 : Number(kept);
}

export function markRead(store) {
  const { nest, chat } = store.state();
  const latest = nest.chat.at(-1)?.message_id ?? 0;
  if (latest <= chat.readTo) return;
  localStorage.setItem(`${READ_KEY}.${nest.nest.nest_id}`, String(latest));
  store.set({ chat: { ...chat, readTo: latest } });
}

// Of others, since what I have seen: {count, mentionsMe}.
export function countUnread({ nest, you, chat }) {
  const unread = nest.chat.filter(({ message_id: id, id: author }) => id > chat.readTo && author !== you.id);
  return { count: unread.length, mentionsMe: unread.some(({ mentions }) => mentions.includes(you.id)) };
}
