// The library to walk through: new albums, all albums, artists, genres, years; what is pressed opens, with
// a way back.

import { openOnAction } from "../core/dialogs.js";
import { onAction, part, setText, show } from "../core/dom.js";
import { loadStyle } from "../core/load_later.js";
import { OpenPlaylist } from "../playlists/open_playlist.js";
import { PlaylistList } from "../playlists/playlist_list.js";
import { AlbumSongs } from "./album_songs.js";
import { FavouritesList } from "./favourites_list.js";
import { Shelf } from "./shelf.js";
import { isAlbum, isArtist, nameItem } from "./tile.js";

const FAVOURITES = "favourites";
const PLAYLISTS = "playlists";
const OWN = [FAVOURITES, PLAYLISTS];
const WITH_WORDS = ["newest", "albums", "artists"]; // The shelves long enough to look for something on them.
const PAUSE_MS = 250; // After the last letter.
// What shows where one is.
const PARTS = {
  tiles: ["tiles"],
  album: ["songs"],
  favourites: ["favourites-search", "favourites"],
  playlists: ["playlists"],
  playlist: ["playlist"],
};
const SHOWN_OF_NEST = ["queue", "song", "proposals", "nest"]; // What rows say of their songs.

export function mountLibraryDialog(dialog, store, send) {
  loadStyle(dialog);
  const library = new LibraryDialog(dialog, store, send);

  openOnAction(dialog, "library", ({ dataset }) => library.begin(dataset.shelf));
  part(dialog, "kinds").addEventListener("change", ({ target }) => library.showShelf(target.value));
  part(dialog, "words").addEventListener("input", () => library.findSoon());
  onAction(dialog, "open-tile", (button) => library.open(button));
  onAction(dialog, "pick", (row) => library.songs.add([row]));
  onAction(dialog, "add-all", () => library.songs.addAll());
  onAction(dialog, "back", () => library.goBack());
  dialog.addEventListener("cancel", (event) => {
    if (!library.isInside) return;
    event.preventDefault();
    library.goBack();
  });
  store.subscribe((state, before) => {
    const isNew = SHOWN_OF_NEST.some((name) => state.nest?.[name] !== before.nest?.[name]);
    if (dialog.open && (isNew || state.playedRecently !== before.playedRecently)) library.songs.showPlaces();
  });
}

class LibraryDialog {
  #dialog;
  #favourites;
  #playlists;
  #playlist;
  #parts;
  #shelf;
  #waiting = null; // for the end of a word
  #path = []; // where one is: the shelf, what narrows it, the album or playlist; each {title, shelf, of, album, playlist}

  constructor(dialog, store, send) {
    this.#dialog = dialog;
    this.songs = new AlbumSongs(dialog, store, send);
    this.#parts = Object.values(PARTS).flat().filter((name) => part(dialog, name));
    this.#shelf = new Shelf(dialog, (sentence) => this.songs.showNote(sentence));
    this.#favourites = new FavouritesList(dialog, send);
    if (part(dialog, "playlists")) this.#mountPlaylists(store, send); // Guests have none.
  }

  #mountPlaylists(store, send) {
    const note = (sentence) => setText(part(this.#dialog, "playlist-note"), sentence);
    const showHead = (title, line) => this.#showHead(title, line);
    this.#playlist = new OpenPlaylist(this.#dialog, store, send, { note, showHead, leave: () => this.goBack() });
    this.#playlists = new PlaylistList(this.#dialog, store, { note, open: (playlist, more) => this.#openPlaylist(playlist, more) });
  }

  get isInside() {
    return this.#path.length > 1;
  }

  // It opens where it was left, or at this shelf; what is one's own may have become more meanwhile.
  begin(shelf) {
    const choices = [...part(this.#dialog, "kinds").elements];
    if (shelf) choices.forEach((choice) => (choice.checked = choice.value === shelf));
    if (shelf) this.showShelf(shelf);
    else if (this.#path.length === 0) this.showShelf("newest");
    else if (this.#path.length === 1 && this.#path[0].shelf === FAVOURITES) this.#favourites.show();
    else if (this.#path.length === 1 && this.#path[0].shelf === PLAYLISTS) this.#playlists.show();
  }

  showShelf(shelf) {
    part(this.#dialog, "words").value = "";
    this.#showWith(shelf, "");
  }

  findSoon() {
    clearTimeout(this.#waiting);
    const { shelf } = this.#path[0];
    this.#waiting = setTimeout(() => this.#showWith(shelf, part(this.#dialog, "words").value.trim()), PAUSE_MS);
  }

  #showWith(shelf, words) {
    clearTimeout(this.#waiting);
    this.#path = [{ shelf, of: words ? { words } : {}, title: "" }];
    this.#show();
  }

  open(tile) {
    const { item, ...place } = this.#shelf.look(tile);
    if (!item) return;
    Object.assign(this.#path.at(-1), place);
    const [title, { uri }] = [nameItem(item), item];
    if (isAlbum(item)) this.#path.push({ title, album: item });
    else if (isArtist(item)) this.#path.push({ title, shelf: "albums", of: { artist: uri } });
    else this.#path.push({ title, shelf: "albums", of: { [this.#path[0].shelf.replace(/s$/u, "")]: uri } });
    this.#show();
    part(this.#dialog, "back").focus({ preventScroll: true });
  }

  #openPlaylist(playlist, more = {}) {
    this.#path.push({ title: playlist.name, playlist, more });
    this.#show();
    if (!more.isNew) part(this.#dialog, "back").focus({ preventScroll: true });
  }

  goBack() {
    if (!this.isInside) return;
    this.#path.pop();
    this.#show();
    if (this.#path.at(-1).pages) this.#shelf.focus();
  }

  #show() {
    const place = this.#path.at(-1);
    const { album, playlist, shelf } = place;
    show(part(this.#dialog, "kinds"), !this.isInside);
    show(part(this.#dialog, "opened"), this.isInside);
    show(part(this.#dialog, "find"), !this.isInside && WITH_WORDS.includes(shelf));
    this.#showHead(place.title, album ? [album.artist, album.year].filter(Boolean).join(" · ") : "");
    const kind = album ? "album" : playlist ? "playlist" : OWN.includes(shelf) ? shelf : "tiles";
    for (const name of this.#parts) show(part(this.#dialog, name), PARTS[kind].includes(name));
    setText(part(this.#dialog, "total"), "");
    for (const each of [this.#shelf, this.#favourites, this.#playlists, this.#playlist, this.songs]) each?.close();
    part(this.#dialog, "scroll").scrollTop = 0;
    if (kind === "tiles") this.#shelf.show(place);
    else if (kind === "album") this.songs.open(album);
    else if (kind === "playlist") this.#playlist.open(playlist, place.more);
    else (shelf === FAVOURITES ? this.#favourites : this.#playlists).show();
    place.more = {}; // Only once is it new.
  }

  #showHead(title, line) {
    setText(part(this.#dialog, "opened-title"), title);
    setText(part(this.#dialog, "opened-by"), line);
  }
}
