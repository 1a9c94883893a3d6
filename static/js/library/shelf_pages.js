// What stands on the library's shelf, fetched a page at a time, in whichever order it is looked at.

import { getJson } from "../core/api.js";

const SHELVES = {
  newest: { kind: "albums", sort: "newest" },
  albums: { kind: "albums" },
  artists: { kind: "artists" },
  genres: { kind: "genres" },
  decades: { kind: "decades" },
};

export class ShelfPages {
  total = null; // Nobody has said yet.
  #pages = new Map(); // number, from 1 -> items
  #size = 1; // of a page, as the server says
  #kind;
  #query;
  #question = null; // the AbortController of the one under way

  // `shelf` names one of SHELVES; `of` narrows it: {artist} (a uri), {genre} or {decade}, or by {words}.
  constructor(shelf, of = {}) {
    const { kind, ...how } = SHELVES[shelf];
    [this.#kind, this.#query] = [kind, { ...how, ...of, nest: window.NEST_ID }];
  }

  get isOfAlbums() {
    return this.#kind === "albums";
  }

  get hasWords() {
    return Boolean(this.#query.words);
  }

  // null: it has not been fetched.
  at(index) {
    return this.#pages.get(this.#pageOf(index))?.[index % this.#size] ?? null;
  }

  // The first page that is not here of those that these tiles stand on; null: they all are.
  findMissing(first, end) {
    if (this.total === null) return 1;
    for (let page = this.#pageOf(first); page <= this.#pageOf(end - 1); page += 1) {
      if (!this.#pages.has(page)) return page;
    }
    return null;
  }

  // Resolves to whether there is anything new to show. Throws a Refusal.
  async fetch(page) {
    this.#question = new AbortController();
    const wanted = new URLSearchParams({ ...this.#query, page });
    try {
      this.#keep(page, await getJson(`/api/library/${this.#kind}?${wanted}`, this.#question));
      return true;
    } catch (fault) {
      if (fault.name === "AbortError") return false; // Another shelf was looked at meanwhile.
      throw fault;
    }
  }

  stop() {
    this.#question?.abort();
  }

  // In a library that has changed meanwhile everything may stand elsewhere.
  #keep(page, { results, total, page_size: size }) {
    if (total !== this.total) this.#pages.clear();
    [this.total, this.#size] = [total, size];
    this.#pages.set(page, results);
  }

  #pageOf(index) {
    return Math.floor(index / this.#size) + 1;
  }
}
