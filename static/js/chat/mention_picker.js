// The small list of people that opens at an "@": arrows choose, Enter or Tab takes, Escape closes.

import { clone, part, reconcile, setText, show } from "../core/dom.js";
import { drawAvatar } from "../listeners/avatars.js";
import { completeMention, findMention, offerPeople } from "./mentions.js";

export class MentionPicker {
  #field;
  #list;
  #findPeople;
  #mention = null; // what is being written: {at, beginning}
  #offered = [];
  #chosen = 0;

  // `findPeople()` gives those who may be mentioned.
  constructor(field, list, findPeople) {
    [this.#field, this.#list, this.#findPeople] = [field, list, findPeople];
    field.addEventListener("input", () => this.#look());
    field.addEventListener("keydown", (event) => this.#press(event));
    field.addEventListener("blur", () => this.#close());
    list.addEventListener("pointerdown", (event) => this.#point(event));
  }

  get #isOpen() {
    return this.#offered.length > 0;
  }

  #close() {
    this.#offer(null, []);
  }

  #look() {
    const mention = findMention(this.#field.value, this.#field.selectionStart);
    this.#offer(mention, mention ? offerPeople(this.#findPeople(), mention.beginning) : []);
  }

  #offer(mention, people) {
    [this.#mention, this.#offered, this.#chosen] = [mention, people, 0];
    show(this.#list, this.#isOpen);
    this.#field.setAttribute("aria-expanded", String(this.#isOpen));
    reconcile(this.#list, people, {
      key: ({ id }) => id,
      make: () => clone("mention-template"),
      update: fillOption,
    });
    this.#choose(0);
  }

  #choose(index) {
    this.#chosen = index;
    [...this.#list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    if (this.#isOpen) this.#field.setAttribute("aria-activedescendant", this.#list.children[index].id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #press(event) {
    if (!this.#isOpen) return;
    const count = this.#offered.length;
    const acts = {
      ArrowDown: () => this.#choose((this.#chosen + 1) % count),
      ArrowUp: () => this.#choose((this.#chosen + count - 1) % count),
      Enter: () => this.#take(this.#offered[this.#chosen]),
      Tab: () => this.#take(this.#offered[this.#chosen]),
      Escape: () => this.#close(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  // Before the field loses the focus.
  #point(event) {
    const row = event.target.closest("[role=option]");
    if (!row) return;
    event.preventDefault();
    this.#take(this.#offered.find(({ id }) => id === row.dataset.key));
  }

  #take(person) {
    const done = completeMention(this.#field.value, this.#field.selectionStart, this.#mention, person);
    this.#field.value = done.text;
    this.#field.setSelectionRange(done.caret, done.caret);
    this.#close();
  }
}

function fillOption(row, person) {
  row.id = `mention-${person.id}`;
  drawAvatar(row.querySelector(".avatar"), person);
  setText(part(row, "name"), person.name);
}
