// A track from which a nest begins: words are searched for, an address is taken as it is.

import { getJson } from "../core/api.js";
import { drawCover } from "../core/covers.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";
import { isAddress } from "../search/pasted_links.js";

const PAUSE_MS = 300;
const SHOWN = 5;

// `catalogue()` is what the nest will play from; null where there is no choice.
export class SeedPicker {
  #root;
  #catalogue;
  #field;
  #tracks = [];
  #waiting = null;
  #question = null; // the AbortController of the search under way
  #uri = null;

  constructor(root, catalogue) {
    [this.#root, this.#catalogue, this.#field] = [root, catalogue, part(root, "seed")];
    this.#field.addEventListener("input", () => this.#read());
    onAction(root, "choose-seed", (button) => this.#choose(button.closest("li").dataset.key));
  }

  // The address of what was chosen or pasted; null for none.
  uri() {
    return this.#uri;
  }

  // The nest is to play from another catalogue: what was found in the first is of no use.
  forget() {
    if (!this.#uri && !this.#tracks.length) return;
    this.#field.value = "";
    this.#uri = null;
    this.#offer([]);
  }

  reset() {
    clearTimeout(this.#waiting);
    this.#question?.abort();
    this.#uri = null;
    this.#offer([]);
  }

  #read() {
    clearTimeout(this.#waiting);
    this.#question?.abort();
    const words = this.#field.value.trim();
    this.#uri = isAddress(words) ? words : null;
    if (!words || this.#uri) return this.#offer([]);
    this.#waiting = setTimeout(() => this.#look(words), PAUSE_MS);
    return null;
  }

  async #look(words) {
    this.#question = new AbortController();
    const provider = this.#catalogue();
    const query = new URLSearchParams({ q: words, ...(provider && { provider }) });
    try {
      const found = getJson(`/api/search?${query}`, this.#question).then(({ results }) => {
        this.#offer(results.slice(0, SHOWN), "Nothing found. The nest can begin without.");
      });
      await catchRefusal(found, ({ message }) => this.#offer([], message));
    } catch (fault) {
      if (fault.name !== "AbortError") throw fault;
    }
  }

  #choose(uri) {
    const track = this.#tracks.find((each) => each.uri === uri);
    this.#uri = uri;
    this.#field.value = `${track.title} · ${track.artist}`;
    this.#offer([]);
    this.#field.focus();
  }

  #offer(tracks, sentence = "") {
    this.#tracks = tracks;
    setText(part(this.#root, "seed-note"), tracks.length ? "" : sentence);
    show(part(this.#root, "seeds"), tracks.length > 0);
    reconcile(part(this.#root, "seeds"), tracks, {
      key: (track) => track.uri,
      make: () => clone("seed-template"),
      update: (row, track) => {
        drawCover(row.querySelector(".cover"), track);
        setText(part(row, "title"), track.title);
        setText(part(row, "artist"), track.artist);
      },
    });
  }
}
