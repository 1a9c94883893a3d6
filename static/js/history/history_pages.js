// What played, fetched a page at a time, the newest first.

import { getJson } from "../core/api.js";

const PAGE = 40;

export class HistoryPages {
  plays = [];
  isWhole = true; // Nothing older is known to be there, or it is being fetched.
  #where = {};
  #question = null; // the AbortController of the one under way

  // `scope` is "here", "mine" or "all"; `me` is whom "mine" means.
  begin({ words, scope, me }) {
    const scopes = { here: { nest: window.NEST_CODE }, mine: { user: me }, all: {} };
    this.#where = { ...scopes[scope], ...(words.trim() && { q: words.trim() }) };
    this.plays = [];
  }

  // Resolves to whether there is anything new to show. Throws a Refusal.
  async fetchMore() {
    this.isWhole = true; // One page at a time.
    this.#question?.abort();
    this.#question = new AbortController();
    const before = this.plays.length ? { before: this.plays.at(-1).started_ms } : {};
    const query = new URLSearchParams({ ...this.#where, ...before, limit: PAGE });
    try {
      const { plays } = await getJson(`/api/history?${query}`, this.#question);
      this.plays = [...this.plays, ...plays];
      this.isWhole = plays.length < PAGE;
      return true;
    } catch (fault) {
      if (fault.name === "AbortError") return false; // Another question was asked meanwhile.
      throw fault;
    }
  }

  // `id` is a string.
  find(id) {
    return this.plays.find((play) => String(play.id) === id);
  }
}
