// What stands on the library's shelf, fetched a page at a time.

import { getJson } from "../core/api.js";

const SHELVES = {
  newest: { kind: "albums", sort: "newest" },
  albums: { kind: "albums" },
  artists: { kind: "artists" },
  genres: { kind: "genres" },
  decades: { kind: "decades" },
};

export class ShelfPages {
  items = [];
  total = 0;
  isWhole = true; // There is no more, or it is being fetched.
  #asked = {};
  #page = 0;
  #question = null; // the AbortController of the one under way

  // `shelf` names one of SHELVES; `of` narrows it: {artist} (a uri), {genre} or {decade}.
  begin(shelf, of = {}) {
    this.#question?.abort();
    const { kind, ...how } = SHELVES[shelf];
    this.#asked = { kind, query: { ...how, ...of, nest: window.NEST_ID } };
    [this.items, this.total, this.#page] = [[], 0, 0];
  }

  // Resolves to whether there is anything new to show. Throws a Refusal.
  async fetchMore() {
    this.isWhole = true; // One page at a time.
    this.#question?.abort();
    this.#question = new AbortController();
    const { kind, query } = this.#asked;
    const wanted = new URLSearchParams({ ...query, page: this.#page + 1 });
    try {
      const { results, total } = await getJson(`/api/library/${kind}?${wanted}`, this.#question);
      this.#page += 1;
      this.items = [...this.items, ...results];
      this.total = total;
      this.isWhole = results.length === 0 || this.items.length >= total;
      return true;
    } catch (fault) {
      if (fault.name === "AbortError") return false; // Another shelf was looked at meanwhile.
      throw fault;
    }
  }

  find(uri) {
    return this.items.find((item) => item.uri === uri);
  }
}
