// Tells a screen reader calmly what others write: all of it while the chat is open, else only what
// mentions me. What was said before is no news.

import { setText } from "../core/dom.js";

const READ_OUT = 3; // More at once are only counted.

export function mountChatAnnouncer(root, store) {
  store.subscribe((state, before) => {
    if (!before.nest || state.nest?.chat === before.nest.chat) return;
    const sentence = announce(findNews(state, before));
    if (sentence) setText(root, sentence);
  });
}

function findNews({ nest, you, chat }, before) {
  const known = before.nest.chat.at(-1)?.message_id ?? 0;
  const news = nest.chat.filter(({ message_id: id, id: author }) => id > known && author !== you.id);
  return chat.isOpen ? news : news.filter(({ mentions }) => mentions.includes(you.id));
}

function announce(news) {
  if (news.length > READ_OUT) return `${news.length} new messages in the chat`;
  return news.map(({ name, text, song }) => `${name}${song ? ` about ${song.title}` : ""}: ${text}`).join(". ");
}
