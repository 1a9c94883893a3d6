// What people say about one song: a quiet thread and a line to add to it.

import { openChat } from "../chat/chat_state.js";
import { addComment } from "../core/commands.js";
import { clone, part, reconcile, setText, show } from "../core/dom.js";
import { formatTimeOfDay } from "../core/format.js";
import { showPending } from "../core/pending.js";
import { showRefusal } from "../core/refusal_display.js";
import { drawAvatar } from "../listeners/avatars.js";
import { readComments } from "./reactions.js";

const LONGEST = 280;
const COUNT_FROM = 40; // So many characters before the end one wants to know.
const AT_END_WITHIN_PX = 24;

// `findSong()` gives the song that the words belong to, or undefined once it is gone.
export class CommentThread {
  #store;
  #send;
  #findSong;
  #form;
  #list;
  #field;
  #drawn = null;

  constructor(store, send, findSong) {
    [this.#store, this.#send, this.#findSong] = [store, send, findSong];
    this.element = clone("comments-template");
    [this.#form, this.#list] = [part(this.element, "form"), part(this.element, "comments")];
    this.#field = this.#form.elements.text;
    this.#field.addEventListener("input", () => this.#countLeft());
    part(this.element, "to-chat").addEventListener("click", () => this.#writeInChat());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say(this.#field.value.trim());
    });
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  #writeInChat() {
    const { song_id: songId, title } = this.#findSong();
    openChat(this.#store, { song_id: songId, title });
  }

  #say(text) {
    if (!text) return;
    const { song_id: songId } = this.#findSong();
    const words = { song_id: songId, text, at_ms: Date.now() };
    this.#form.reset();
    this.#countLeft();
    const answer = this.#send(addComment(songId, text)).catch((refusal) => {
      this.#giveBack(text);
      throw refusal;
    });
    showRefusal(this.#field, showPending(this.#store, "comments", `${words.at_ms} ${text}`, words, answer));
  }

  // What was refused may be said again, unless something else is being written already.
  #giveBack(text) {
    if (!this.#field.value) this.#field.value = text;
    this.#countLeft();
  }

  #countLeft() {
    const left = LONGEST - this.#field.value.length;
    setText(part(this.element, "left"), left <= COUNT_FROM ? String(left) : "");
  }

  render(state) {
    const song = this.#findSong();
    if (!song) return;
    show(part(this.element, "to-chat"), state.nest.nest.chat && state.you.may.send_chat_message);
    const comments = readComments(song, state);
    if (this.#drawn?.length === comments.length && this.#drawn.every((one, at) => one === comments[at])) return;
    const isFollowed = isAtEnd(this.#list);
    this.#drawn = comments;
    show(part(this.element, "nothing"), comments.length === 0);
    this.#field.setAttribute("aria-label", `Say something about ${song.title}`);
    reconcile(this.#list, comments, {
      key: (comment) => `${comment.id} ${comment.text} ${comment.isPending ? "…" : comment.at_ms}`,
      make: () => clone("comment-template"),
      update: fillComment,
    });
    if (isFollowed) this.#list.scrollTop = this.#list.scrollHeight;
  }
}

function isAtEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_WITHIN_PX;
}

function fillComment(row, comment) {
  drawAvatar(row.querySelector(".avatar"), comment);
  setText(part(row, "name"), comment.name);
  setText(part(row, "text"), comment.text);
  setText(part(row, "time"), comment.isPending ? "" : formatTimeOfDay(comment.at_ms));
  row.classList.toggle("is-pending", Boolean(comment.isPending));
}
