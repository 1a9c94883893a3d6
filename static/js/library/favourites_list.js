// One's favourites as a list: found by words, queued again, let go.

import { addSongs } from "../core/commands.js";
import { drawCover } from "../core/covers.js";
import { clone, onAction, part, reconcile, setText } from "../core/dom.js";
import { formatCount } from "../core/format.js";
import { Refusal, catchRefusal } from "../core/refusal.js";
import { showRefusal } from "../core/refusal_display.js";
import { fetchFavourites, keepFavourite } from "../favourites/favourites.js";

const PAUSE_MS = 250;

export class FavouritesList {
  #dialog;
  #send;
  #question = null;
  #waiting = null;
  #songs = [];

  constructor(dialog, send) {
    [this.#dialog, this.#send] = [dialog, send];
    part(dialog, "favourites-words").addEventListener("input", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.show(), PAUSE_MS);
    });
    onAction(dialog, "add-favourite", (button) => this.#add(button));
    onAction(dialog, "unlike", (button) => this.#letGo(button));
  }

  async show() {
    this.#question?.abort();
    this.#question = new AbortController();
    const words = part(this.#dialog, "favourites-words").value.trim();
    try {
      const found = await catchRefusal(fetchFavourites(words, this.#question), ({ message }) => this.#note(message));
      if (found) this.#render(found, words);
    } catch (fault) {
      if (fault.name !== "AbortError") throw fault; // Other words were typed meanwhile.
    }
  }

  close() {
    clearTimeout(this.#waiting);
    this.#question?.abort();
    this.#note("");
  }

  #render(songs, words) {
    this.#songs = songs;
    this.#note(songs.length ? "" : explainEmpty(words));
    setText(part(this.#dialog, "total"), songs.length ? formatCount(songs.length, "song", "songs") : "");
    reconcile(part(this.#dialog, "favourites"), songs, {
      key: ({ uri }) => uri,
      make: () => clone("favourite-template"),
      update: fillFavourite,
    });
  }

  #add(button) {
    const row = button.closest(".row");
    const answer = this.#send(addSongs([row.dataset.key])).then(({ rejected = [] }) => {
      if (rejected.length) throw new Refusal(rejected[0]);
      row.classList.add("is-added");
    });
    return showRefusal(button, answer);
  }

  #letGo(button) {
    const { key } = button.closest(".row").dataset;
    const answer = keepFavourite(key, false).then(() => this.#render(this.#songs.filter(({ uri }) => uri !== key), ""));
    return showRefusal(button, answer);
  }

  #note(sentence) {
    setText(part(this.#dialog, "note"), sentence);
  }
}

function fillFavourite(row, song) {
  drawCover(row.querySelector(".cover"), song);
  setText(part(row, "title"), song.title);
  setText(part(row, "artist"), [song.artist, song.album].filter(Boolean).join(" · "));
  row.querySelector("[data-action=add-favourite]").setAttribute("aria-label", `Add ${song.title}`);
  row.querySelector("[data-action=unlike]").setAttribute("aria-label", `Let go of ${song.title}`);
}

function explainEmpty(words) {
  return words ? "None of your favourites has these words." : "Nothing yet. The heart beside what plays keeps a song here.";
}
