// What is being looked for: songs or albums or artists by words, pasted addresses, or what one of the
// results stands for. It asks the server, and lets go of what was asked before.

import { catchRefusal } from "../core/refusal.js";
import { splitAddresses } from "./pasted_links.js";
import { describeCollection, nameKind, openCollection, readKind, readPasted, searchTracks } from "./search_results.js";

export class SearchSession {
  kind = "track";
  pastedText = null; // as it was pasted, with its lines, which a field of one line runs together
  opened = null; // {collection, results, note}: what is open, and what was found beside it
  answered = ""; // the words that the last answer was for
  #question = null; // the AbortController of the one under way

  // Resolves to {results, note}; to null if something else was asked meanwhile.
  async look(words) {
    const answer = await this.#ask((question) =>
      this.isPasted() ? readPasted(this.pastedText, question) : searchTracks(words, this.kind, question),
    );
    if (answer && !answer.isRefused) this.answered = words;
    return answer;
  }

  // The songs that `collection` stands for; `shown` is {results, note}, to come back to.
  open(collection, shown) {
    this.opened = { collection, ...shown };
    return this.#ask((question) => openCollection(collection, question));
  }

  // Returns what was found beside it.
  close() {
    const { opened } = this;
    this.#question?.abort();
    this.opened = null;
    return opened;
  }

  // Takes `text` for addresses if that is what it is. Returns whether it is.
  takePasted(text) {
    const lines = splitAddresses(text);
    if (lines) this.pastedText = lines.join("\n");
    return lines !== null;
  }

  isPasted() {
    return this.pastedText !== null;
  }

  forget() {
    this.#question?.abort();
    [this.answered, this.pastedText, this.opened] = ["", null, null];
  }

  // The next search begins with songs again.
  reset() {
    this.kind = "track";
    this.forget();
  }

  async #ask(asking) {
    this.#question?.abort();
    this.#question = new AbortController();
    try {
      return await catchRefusal(asking(this.#question), ({ message }) => ({ results: [], note: message, isRefused: true }));
    } catch (fault) {
      if (fault.name !== "AbortError") throw fault;
      return null;
    }
  }

  // What stands above the results: {label} of them, and of what is open {back, title, line}.
  describe() {
    if (!this.opened) return { label: `${nameKind(this.kind)} found`, opened: null };
    const { collection } = this.opened;
    return {
      label: `Songs of ${collection.title}`,
      opened: { back: nameKind(readKind(collection)), title: collection.title, line: describeCollection(collection) },
    };
  }
}
