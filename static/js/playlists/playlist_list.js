// The list of playlists in the library: mine and what others share; new ones are made or brought in here.

import { clone, onAction, part, reconcile, setText } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";
import { formatRefusal, showRefusal } from "../core/refusal_display.js";
import { describePlaylist, fetchPlaylists, importPlaylist, isMine, makePlaylist, mergeTold, sortPlaylists } from "./playlists.js";

const NAMES = { new: "New playlist", queue: "Queue of", evening: "Evening of" };

export class PlaylistList {
  #dialog;
  #store;
  #open;
  #note;
  #playlists = [];
  #isOpen = false;

  // `open(playlist, more)` shows one, and `more.isNew` lets it be named; `note(sentence)` says something.
  constructor(dialog, store, { open, note }) {
    [this.#dialog, this.#store, this.#open, this.#note] = [dialog, store, open, note];
    const files = part(dialog, "playlist-file");
    onAction(dialog, "open-playlist", (button) => open(this.find(button.closest("li").dataset.key)));
    onAction(dialog, "make-playlist", (button) => this.#make(button, button.dataset.of));
    onAction(dialog, "import-playlist", () => files.click());
    files.addEventListener("change", () => this.#bring(files));
    store.subscribe((state, before) => {
      if (this.#isOpen && state.nest?.mine.playlists !== before.nest?.mine.playlists) this.#render();
    });
  }

  find(id) {
    return this.#shown().find((playlist) => String(playlist.id) === id);
  }

  async show() {
    this.#isOpen = true;
    this.#render();
    const found = await catchRefusal(fetchPlaylists(), ({ message }) => this.#note(message));
    if (!found) return;
    this.#playlists = found;
    if (this.#isOpen) this.#render();
  }

  close() {
    this.#isOpen = false;
    this.#note("");
  }

  #shown() {
    const state = this.#store.state();
    return sortPlaylists(mergeTold(this.#playlists, state.nest?.mine.playlists), state);
  }

  #render() {
    const state = this.#store.state();
    reconcile(part(this.#dialog, "playlist-list"), this.#shown(), {
      key: ({ id }) => id,
      make: () => clone("playlist-template"),
      update: (row, playlist) => {
        setText(part(row, "title"), playlist.name);
        setText(part(row, "line"), describePlaylist(playlist, state));
        row.classList.toggle("is-theirs", !isMine(playlist, state));
      },
    });
  }

  // `of`: "new", "queue" or "evening".
  #make(button, of) {
    const day = new Date().toLocaleDateString([], { day: "numeric", month: "long" });
    const name = of === "new" ? NAMES.new : `${NAMES[of]} ${day}`;
    const making = makePlaylist(name, of === "new" ? {} : { nest: window.NEST_ID, of });
    return showRefusal(button, making.then((playlist) => this.#open(playlist, { isNew: true })));
  }

  async #bring(files) {
    const [file] = files.files;
    files.value = ""; // The same file may be chosen again.
    if (!file) return;
    this.#note(`Reading ${file.name}…`);
    const brought = await catchRefusal(importPlaylist(file), (refusal) => this.#note(formatRefusal(refusal)));
    if (brought) this.#open(brought.playlist, { isBrought: true, next: brought.next });
  }
}
