// "Add to a playlist": a song or an album goes into one of mine, or into a new one.

import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { openOnAction } from "../core/dialogs.js";
import { formatCount } from "../core/format.js";
import { loadStyle } from "../core/load_later.js";
import { catchRefusal } from "../core/refusal.js";
import { formatRefusal, showBubble } from "../core/refusal_display.js";
import { addToPlaylist, describePlaylist, fetchPlaylists, isMine, makePlaylist, sortPlaylists } from "./playlists.js";

const READ_WITHIN_MS = 5_000;

export function mountPlaylistPicker(dialog, store) {
  loadStyle(dialog);
  const picker = new PlaylistPicker(dialog, store);

  onAction(document.body, "to-playlist", (button) => picker.choose(button));
  openOnAction(dialog, "to-playlist", () => picker.begin());
  onAction(dialog, "library", () => dialog.close());
  onAction(dialog, "pick-playlist", (button) => picker.add(button.closest("li").dataset.key, part(button, "title").textContent));
  part(dialog, "form").addEventListener("submit", (event) => {
    event.preventDefault();
    picker.make(part(dialog, "name").value.trim());
  });
}

class PlaylistPicker {
  #dialog;
  #store;
  #button = null; // what was pressed
  #thing = null; // {uri, title}: what is to be added

  constructor(dialog, store) {
    [this.#dialog, this.#store] = [dialog, store];
  }

  choose(button) {
    this.#button = button;
    this.#thing = findThing(button, this.#store.state());
  }

  async begin() {
    setText(part(this.#dialog, "song"), this.#thing.title);
    part(this.#dialog, "name").value = "";
    this.#say("");
    this.#render([]);
    const found = await catchRefusal(fetchPlaylists(), (refusal) => this.#refuse(refusal));
    if (found) this.#render(found.filter((playlist) => isMine(playlist, this.#store.state())));
  }

  async add(id, name) {
    const answer = await catchRefusal(addToPlaylist(id, [this.#thing.uri]), (refusal) => this.#refuse(refusal));
    if (answer) this.#finish(answer, name);
  }

  async make(name) {
    if (!name) return part(this.#dialog, "name").focus();
    const making = makePlaylist(name, { uris: [this.#thing.uri] });
    const playlist = await catchRefusal(making, (refusal) => this.#refuse(refusal));
    return playlist && this.#close(playlist.songs, name);
  }

  #render(playlists) {
    const state = this.#store.state();
    show(part(this.#dialog, "mine"), playlists.length > 0);
    reconcile(part(this.#dialog, "mine"), sortPlaylists(playlists, state), {
      key: ({ id }) => id,
      make: () => clone("pick-playlist-template"),
      update: (row, playlist) => {
        setText(part(row, "title"), playlist.name);
        setText(part(row, "line"), describePlaylist(playlist, state));
      },
    });
  }

  #finish({ added, already, rejected }, name) {
    if (rejected.length) this.#refuse(rejected[0]);
    else if (!added.length && already.length) this.#say(`It is in “${name}” already.`);
    else this.#close(added.length, name);
  }

  #close(count, name) {
    this.#dialog.close();
    const what = count === 1 ? `“${this.#thing.title}” is` : `${formatCount(count, "song is", "songs are")}`;
    const sentence = `${what} in “${name}” now.`;
    if (this.#button.closest("dialog")) showBubble(this.#button, sentence); // Toasts stand behind it.
    else this.#notify(sentence);
  }

  #notify(sentence) {
    const now = performance.now();
    const notice = { token: `kept ${now}`, sentence, until: now + READ_WITHIN_MS, isNotice: true };
    this.#store.set({ undoable: [...this.#store.state().undoable, notice] });
  }

  #refuse(refusal) {
    this.#say(formatRefusal(refusal));
  }

  #say(sentence) {
    setText(part(this.#dialog, "error"), sentence);
    show(part(this.#dialog, "error"), sentence !== "");
  }
}

// What the button stands beside: an opened album, a favourite, a song of the queue, or what plays.
function findThing(button, { nest }) {
  const { uri, title } = button.dataset;
  if (uri) return { uri, title };
  const row = button.closest(".row");
  if (row?.classList.contains("favourite")) return { uri: row.dataset.key, title: part(row, "title").textContent };
  const song = row ? nest.queue.find(({ song_id: id }) => String(id) === row.dataset.key) : nest.song ?? nest.last_song;
  return { uri: song.trackid, title: song.title };
}
