// The songs of an opened album, as a list to pick from: by pointer, or by arrows and Enter.

import { catchRefusal } from "../core/refusal.js";
import { part, setText, show } from "../core/dom.js";
import { addResults } from "../search/add_results.js";
import { ResultList } from "../search/result_list.js";
import { openCollection } from "../search/search_results.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class AlbumSongs {
  #dialog;
  #element;
  #store;
  #send;
  #question = null;

  constructor(dialog, store, send) {
    [this.#dialog, this.#element, this.#store, this.#send] = [dialog, part(dialog, "songs"), store, send];
    this.list = new ResultList(this.#element, this.#element, () => store.state());
    this.#element.addEventListener("keydown", (event) => this.#press(event));
  }

  // What adding songs asks of whoever shows them.
  get isOpen() {
    return this.#dialog.open;
  }

  async open(album) {
    this.close();
    this.#question = new AbortController();
    this.list.showSkeleton();
    try {
      const opening = openCollection(album, this.#question);
      const { results, note } = await catchRefusal(opening, ({ message }) => ({ results: [], note: message }));
      this.list.render(results, `Songs of ${album.title}`);
      this.showNote(note);
      this.countMissing();
      this.#offerPlaylist(album, results);
    } catch (fault) {
      if (fault.name !== "AbortError") throw fault; // Something else was opened meanwhile.
    }
  }

  close() {
    this.#question?.abort();
    this.list.clear();
    this.showNote("");
    show(part(this.#dialog, "all"), false);
    this.#offerPlaylist(null, []);
  }

  // Guests have no playlists.
  #offerPlaylist(album, results) {
    const button = part(this.#dialog, "album-to-playlist");
    if (!button) return;
    show(button, results.length > 0);
    Object.assign(button.dataset, { uri: album?.uri, title: album?.title });
  }

  showNote(sentence) {
    setText(part(this.#dialog, "note"), sentence);
  }

  showPlaces() {
    if (!this.list.results.length) return;
    this.list.showPlaces();
    this.countMissing();
  }

  countMissing() {
    const count = this.list.findMissing().length;
    show(part(this.#dialog, "all"), count > 1);
    setText(part(this.#dialog, "all-count"), String(count));
  }

  add(rows) {
    const asked = this.list.findAddable(rows);
    if (asked.length === 0) return;
    if (asked.length > 1) this.showNote("");
    addResults(asked, { panel: this, box: this.#element, store: this.#store, send: this.#send });
  }

  addAll() {
    const missing = this.list.findMissing();
    this.add(missing.length ? missing : this.list.rows());
  }

  #press(event) {
    if (event.key in STEPS) {
      event.preventDefault();
      this.list.step(STEPS[event.key]);
    } else if (event.key === "Enter" && this.list.hasChoice()) {
      event.preventDefault();
      this.add([this.list.chosenRow()]);
    }
  }
}
