// What opens under the search box: what is looked for, the results, and what one may do with them.

import { part, setText, show } from "../core/dom.js";
import { ResultList } from "./result_list.js";
import { isCollection } from "./search_results.js";

export class SearchPanel {
  #root;
  #box;
  #panel;

  constructor(root, box, state) {
    [this.#root, this.#box, this.#panel] = [root, box, part(root, "panel")];
    this.list = new ResultList(part(root, "results"), box, state);
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  get note() {
    return part(this.#root, "note").textContent;
  }

  reveal(isOpen) {
    show(this.#panel, isOpen);
    this.#box.setAttribute("aria-expanded", String(isOpen));
    this.#root.classList.toggle("is-open", isOpen);
  }

  focus() {
    this.#panel.focus({ preventScroll: true });
  }

  // What is looked for, or what is open and the way back; `session` as of search_session.js.
  showHead(session) {
    const { opened } = session.describe();
    show(part(this.#root, "kinds"), !opened && !session.isPasted());
    show(part(this.#root, "opened"), opened !== null);
    for (const choice of part(this.#root, "kinds").elements) choice.checked = choice.value === session.kind;
    if (!opened) return;
    setText(part(this.#root, "back-to"), opened.back);
    setText(part(this.#root, "opened-title"), opened.title);
    setText(part(this.#root, "opened-by"), opened.line);
  }

  showResults({ results, note }, session) {
    this.list.render(results, session.describe().label);
    show(part(this.#root, "keys"), !session.isPasted());
    const opens = results.some(isCollection);
    setText(part(this.#root, "enter-does"), opens ? "opens the first" : "adds the first");
    show(part(this.#root, "enter-more"), !opens);
    this.showNote(note);
    this.countMissing();
  }

  showSkeleton() {
    this.list.showSkeleton();
    this.#clearNote();
  }

  clear() {
    this.list.clear();
    this.#clearNote();
  }

  #clearNote() {
    this.showNote("");
    show(part(this.#root, "all"), false);
  }

  showNote(sentence) {
    setText(part(this.#root, "note"), sentence);
  }

  showPlaces() {
    this.list.showPlaces();
    this.countMissing();
  }

  // How many could still be added with one press.
  countMissing() {
    const count = this.list.findMissing().length;
    show(part(this.#root, "all"), count > 1);
    setText(part(this.#root, "all-count"), String(count));
  }
}
