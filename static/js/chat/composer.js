// The line in which one writes, the song one writes about, and what the nest says to it.

import { sendChatMessage } from "../core/commands.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { showRefusalIn, writeRefusal } from "../core/refusal_display.js";
import { writeAbout } from "./chat_state.js";
import { readMentions } from "./mentions.js";
import { MentionPicker } from "./mention_picker.js";

const LONGEST = 500;
const COUNT_FROM = 60; // So many characters before the end one wants to know.

export class Composer {
  #root;
  #store;
  #send;
  #form;
  #field;

  constructor(root, store, send) {
    [this.#root, this.#store, this.#send] = [root, store, send];
    this.#form = part(root, "form");
    this.#field = this.#form.elements.text;
    new MentionPicker(this.#field, part(root, "mentions"), () => this.#findOthers());
    this.#field.addEventListener("input", () => this.#countLeft());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say(this.#field.value.trim());
    });
    onAction(root, "about-playing", () => this.#writeAboutWhatPlays());
    onAction(root, "about-nothing", () => {
      writeAbout(store, null);
      this.focus();
    });
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  render({ nest, you, chat }) {
    const isOn = nest.nest.chat;
    const may = isOn && you.may.send_chat_message;
    show(this.#form, may);
    show(part(this.#root, "off"), !may);
    if (!may) writeRefusal(part(this.#root, "refusal"), "");
    setText(part(this.#root, "off"), isOn ? "In this nest guests read the chat, and do not write." : "Chat is off in this nest.");
    show(part(this.#root, "about"), may && chat.about !== null);
    setText(part(this.#root, "about-title"), chat.about?.title ?? "");
    part(this.#root, "about-playing").disabled = nest.song === null;
  }

  #findOthers() {
    const { nest, you } = this.#store.state();
    return nest.listeners.filter(({ id }) => id !== you.id);
  }

  #writeAboutWhatPlays() {
    const { song_id: songId, title } = this.#store.state().nest.song;
    writeAbout(this.#store, { song_id: songId, title });
    this.focus();
  }

  // What was refused stays where it can be said again.
  async #say(text) {
    const refusal = part(this.#root, "refusal");
    writeRefusal(refusal, "");
    if (!text) return;
    const { about } = this.#store.state().chat;
    const written = this.#field.value;
    const message = sendChatMessage(text, { songId: about?.song_id, mentions: readMentions(text, this.#findOthers()) });
    if (!(await showRefusalIn(refusal, this.#send(message)))) return;
    if (this.#field.value === written) this.#form.reset();
    if (this.#store.state().chat.about === about) writeAbout(this.#store, null);
    this.#countLeft();
  }

  #countLeft() {
    const left = LONGEST - this.#field.value.length;
    setText(part(this.#root, "left"), left <= COUNT_FROM ? String(left) : "");
  }
}
