// One playlist, open in the library: its songs in their order, queued from here, moved and removed; its
// name, whom it is shared with, what of it is not here.

import { drawCover } from "../core/covers.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { formatCount, formatDuration } from "../core/format.js";
import { catchRefusal } from "../core/refusal.js";
import { formatRefusal, showRefusal } from "../core/refusal_display.js";
import { enableDragging } from "../queue/dragging.js";
import { describeMove, findTarget } from "../queue/move_targets.js";
import { createEntryMenu } from "./entry_menu.js";
import { changePlaylist, deletePlaylist, describePlaylist, fetchPlaylist, isMine, matchMissing, moveEntry, removeEntry } from "./playlists.js";
import { describeQueued, queueSongs } from "./queue_songs.js";

const STEPS = { ArrowUp: "up", ArrowDown: "down" };

export class OpenPlaylist {
  #dialog;
  #store;
  #send;
  #view; // {note(sentence), showHead(title, line), leave()}
  #playlist = null; // as it was read or changed last
  #entries = [];
  #question = null;
  #openMenu;

  constructor(dialog, store, send, view) {
    [this.#dialog, this.#store, this.#send, this.#view] = [dialog, store, send, view];
    this.#openMenu = createEntryMenu(part(dialog, "entry-menu"), {
      "queue-from": (row) => this.#queueFrom(row),
      "move-entry": (row, item) => this.#step(row, item.dataset.step),
      "remove-entry": (row) => this.#remove(row),
    });
    this.#mountActions();
    this.#mountMoves();
    store.subscribe((state, before) => {
      if (this.#playlist && state.nest?.mine.playlists !== before.nest?.mine.playlists) this.#follow(state.nest?.mine.playlists ?? {});
    });
  }

  // `isNew`: it wants a name of its own; `isBrought`: out of a file, of which `next` says what to look for.
  async open(playlist, { isNew = false, isBrought = false, next = null } = {}) {
    this.#playlist = playlist;
    this.#entries = [];
    this.#render();
    const isThere = await this.#read();
    if (isThere && isNew) this.#startNaming();
    if (isThere && isBrought) await this.#lookFor(playlist, next);
  }

  close() {
    this.#question?.abort();
    this.#playlist = null;
    this.#ask(null);
    this.#view.note("");
  }

  #mountActions() {
    const dialog = this.#dialog;
    onAction(dialog, "queue-playlist", (button) => this.#queue(button, this.#entries));
    onAction(dialog, "queue-entry", (button) => this.#queue(button, [this.#entryOf(button)]));
    onAction(dialog, "entry-menu", (button) => this.#openMenuOf(button));
    onAction(dialog, "name-playlist", () => this.#startNaming());
    onAction(dialog, "ask-delete", () => this.#ask("delete"));
    onAction(dialog, "keep-playlist", () => this.#ask(null));
    onAction(dialog, "delete-playlist", (button) => this.#delete(button));
    onAction(dialog, "share-playlist", (button) => this.#change(button, { shared: !this.#playlist.shared }));
    onAction(dialog, "match-missing", () => this.#lookFor(this.#playlist));
    part(dialog, "playlist-naming").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change(part(dialog, "playlist-name"), { name: part(dialog, "playlist-name").value });
    });
  }

  #mountMoves() {
    const list = part(this.#dialog, "entries");
    const scroll = part(this.#dialog, "scroll");
    enableDragging(list, (row, before) => this.#move(row, before), scroll);
    list.addEventListener("keydown", (event) => {
      const row = event.target.closest(".is-movable");
      if (!event.altKey || !STEPS[event.key] || !row) return;
      event.preventDefault();
      this.#step(row, STEPS[event.key]);
    });
  }

  // Another page of mine has changed it.
  #follow(told) {
    const { id, changed_ms: known } = this.#playlist;
    if (told[id] === null) {
      this.#view.leave();
      this.#view.note("This playlist has been deleted.");
    } else if (told[id]?.changed_ms > known) this.#read();
  }

  // Resolves to whether it could be read.
  async #read() {
    this.#question?.abort();
    this.#question = new AbortController();
    try {
      const found = await catchRefusal(fetchPlaylist(this.#playlist.id, this.#question), ({ message }) => this.#view.note(message));
      if (!found) return false;
      [this.#playlist, this.#entries] = [found.playlist, found.entries];
      this.#render();
      return true;
    } catch (fault) {
      if (fault.name !== "AbortError") throw fault; // Something else was opened meanwhile.
      return false;
    }
  }

  #render() {
    const state = this.#store.state();
    const playlist = this.#playlist;
    const mayChange = isMine(playlist, state);
    this.#view.showHead(playlist.name, describePlaylist(playlist, state));
    for (const name of ["name-playlist", "share-playlist", "ask-delete"]) show(part(this.#dialog, name), mayChange);
    part(this.#dialog, "share-playlist").setAttribute("aria-pressed", String(playlist.shared));
    part(this.#dialog, "queue-playlist").disabled = this.#entries.every(({ uri }) => !uri);
    for (const link of part(this.#dialog, "playlist-exports").querySelectorAll("a")) {
      link.href = `/api/playlists/${playlist.id}.${link.dataset.kind}`;
    }
    show(part(this.#dialog, "entries-missing"), mayChange && playlist.missing > 0);
    setText(part(this.#dialog, "entries-missing-count"), `${formatCount(playlist.missing, "song is", "songs are")} not here.`);
    show(part(this.#dialog, "entries-empty"), playlist.songs === 0);
    reconcile(part(this.#dialog, "entries"), this.#entries, {
      key: ({ id }) => id,
      make: () => clone("entry-template"),
      update: (row, entry) => fillEntry(row, entry, mayChange),
    });
  }

  #entryOf(element) {
    const { key } = element.closest(".row").dataset;
    return this.#entries.find(({ id }) => String(id) === key);
  }

  #openMenuOf(button) {
    const { title, uri } = this.#entryOf(button);
    const mayChange = isMine(this.#playlist, this.#store.state());
    this.#openMenu(button, { title, mayChange, isHere: Boolean(uri) });
  }

  #queueFrom(row) {
    this.#queue(row, this.#entries.slice(this.#entries.indexOf(this.#entryOf(row))));
  }

  async #queue(anchor, entries) {
    const uris = entries.map(({ uri }) => uri).filter(Boolean);
    this.#view.note("Queueing…");
    const found = await queueSongs(uris, this.#send);
    this.#view.note(describeQueued(found));
    const isQueued = entries.length === 1 && found.rejected.length === 0;
    anchor.closest(".row")?.classList.toggle("is-added", isQueued);
  }

  #step(row, name) {
    const songs = this.#entries.map(({ id }) => ({ song_id: id }));
    const before = findTarget(name, this.#entryOf(row).id, songs);
    if (before !== undefined) this.#move(row, before);
  }

  // It stands there at once; what the server refuses is read again.
  async #move(row, before) {
    const { id } = this.#playlist;
    const moved = this.#entryOf(row);
    const others = this.#entries.filter((entry) => entry !== moved);
    const at = before === null ? others.length : others.findIndex((entry) => entry.id === before);
    this.#entries = others.toSpliced(at, 0, moved);
    this.#render();
    const songs = this.#entries.map((entry) => ({ song_id: entry.id, title: entry.title }));
    setText(part(this.#dialog, "entry-moved"), describeMove(moved.id, songs));
    await this.#settle(row, moveEntry(id, moved.id, before));
  }

  async #remove(row) {
    const removed = this.#entryOf(row);
    const rows = [...part(this.#dialog, "entries").children];
    const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    this.#entries = this.#entries.filter((entry) => entry !== removed);
    this.#render();
    (next ? part(next, "move") : part(this.#dialog, "back")).focus();
    await this.#settle(part(this.#dialog, "entries"), removeEntry(this.#playlist.id, removed.id));
  }

  async #change(anchor, change) {
    const isDone = await this.#settle(anchor, changePlaylist(this.#playlist.id, change));
    if (isDone) this.#ask(null);
  }

  // The playlist as the answer tells it; after a refusal as the server has it.
  async #settle(anchor, answer) {
    const { id } = this.#playlist;
    const told = await showRefusal(anchor, answer);
    if (this.#playlist?.id !== id) return false;
    if (told) {
      this.#playlist = told;
      this.#render();
    } else await this.#read();
    return Boolean(told);
  }

  async #delete(button) {
    const { id } = this.#playlist;
    const isDone = await showRefusal(button, deletePlaylist(id).then(() => true));
    if (isDone && this.#playlist?.id === id) this.#view.leave();
  }

  #startNaming() {
    this.#ask("name");
    const field = part(this.#dialog, "playlist-name");
    field.value = this.#playlist.name;
    field.focus();
    field.select();
  }

  // What stands in place of the buttons: "name", "delete", or null for the buttons.
  #ask(what) {
    show(part(this.#dialog, "playlist-acts"), what === null);
    show(part(this.#dialog, "playlist-naming"), what === "name");
    show(part(this.#dialog, "playlist-deletion"), what === "delete");
    if (what === "delete") part(this.#dialog, "playlist-keep").focus();
  }

  // Some at a time, and what has been found shows at once.
  async #lookFor({ id }, next = null) {
    let following = next;
    const isFirst = next === null && this.#playlist.missing > 0;
    for (let more = isFirst || following !== null; more; more = following !== null) {
      this.#view.note("Looking for the songs that are not here…");
      const after = following;
      const found = await catchRefusal(matchMissing(id, after), (refusal) => this.#view.note(formatRefusal(refusal)));
      if (!found || this.#playlist?.id !== id) return;
      following = found.next;
      if (found.found.length || following === null) await this.#read();
    }
    const { songs, missing } = this.#playlist;
    this.#view.note(missing ? `${songs - missing} of ${formatCount(songs, "song", "songs")} are here.` : `All ${songs} songs are here.`);
  }
}

function fillEntry(row, entry, mayChange) {
  const isHere = Boolean(entry.uri);
  row.classList.toggle("is-movable", mayChange);
  row.classList.toggle("is-missing", !isHere);
  drawCover(row.querySelector(".cover"), entry);
  setText(part(row, "title"), entry.title);
  setText(part(row, "artist"), [entry.artist, isHere ? entry.album : "not here"].filter(Boolean).join(" · "));
  setText(part(row, "length"), entry.duration_ms ? formatDuration(entry.duration_ms) : "");
  show(part(row, "queue"), isHere);
  show(part(row, "move"), mayChange || isHere);
  part(row, "queue").setAttribute("aria-label", `Queue ${entry.title}`);
  part(row, "move").setAttribute("aria-label", `More for ${entry.title}`);
}
