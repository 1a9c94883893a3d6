// The rows of a search: what was found, the row that the arrow keys stand on, and a skeleton while one
// waits. The words stay in the box meanwhile, so the box says which row is meant.

import { clone, reconcile } from "../core/dom.js";
import { countProviders, fillResultRow, isAddable, isResting, isUnwelcome, showQueuePlace } from "./result_row.js";
import { isSong } from "./search_results.js";

const SKELETON_ROWS = 4;

export class ResultList {
  #element;
  #box;
  #state;
  #chosen = -1;
  results = []; // what was found, or pasted with the lines that nobody could read

  // `box` is the field whose results these are; `state()` that of the store.
  constructor(element, box, state) {
    [this.#element, this.#box, this.#state] = [element, box, state];
  }

  render(results, label) {
    this.results = results;
    this.#element.setAttribute("aria-label", label);
    const isMixed = countProviders(results) > 1;
    this.#element.querySelectorAll(".skeleton").forEach((row) => row.remove());
    reconcile(this.#element, results, {
      key: ({ uri }) => uri,
      make: () => clone("result-template"),
      update: (row, result, index) => {
        row.id = `result-${index}`;
        row.dataset.action = "pick";
        fillResultRow(row, result, isMixed);
      },
    });
    this.showPlaces();
    this.choose(-1);
  }

  showPlaces() {
    if (this.results.length && this.#state().nest) this.rows().forEach((row) => showQueuePlace(row, this.resultOf(row), this.#state()));
  }

  showSkeleton() {
    this.results = [];
    this.#element.replaceChildren(...Array.from({ length: SKELETON_ROWS }, () => clone("result-skeleton")));
    this.choose(-1);
  }

  clear() {
    this.results = [];
    this.#element.replaceChildren();
    this.choose(-1);
  }

  choose(index) {
    this.#chosen = index;
    this.rows().forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    const row = this.#element.children[index];
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.#box.setAttribute("aria-activedescendant", row.id);
    else this.#box.removeAttribute("aria-activedescendant");
  }

  chooseResult(result) {
    this.choose(this.results.indexOf(result));
  }

  // Round and round; the first step up goes to the last row.
  step(by) {
    const from = this.#chosen < 0 && by < 0 ? 0 : this.#chosen;
    const { length } = this.results;
    if (length) this.choose((from + by + length) % length);
  }

  hasChoice() {
    return this.#chosen >= 0;
  }

  // The row that Enter means: the chosen one, or the first.
  chosenRow() {
    return this.results.length ? this.#element.children[Math.max(this.#chosen, 0)] : null;
  }

  rows() {
    return [...this.#element.children];
  }

  resultOf(row) {
    return this.results.find(({ uri }) => uri === row.dataset.key);
  }

  // Those of these rows whose songs may be asked for.
  findAddable(rows = this.rows()) {
    return rows.filter((row) => isAddable(row) && isSong(this.resultOf(row)));
  }

  // Those of them that neither play nor wait nor have to rest, and are played here.
  findMissing() {
    return this.findAddable().filter((row) => !row.classList.contains("is-here") && !isResting(row) && !isUnwelcome(row));
  }

  hasUnmatched() {
    return this.results.some(({ isUnmatched }) => isUnmatched);
  }
}
