// A shelf of the library as tiles: what is near the view is drawn, and fetched as it comes near.

import { part, setText } from "../core/dom.js";
import { formatCount } from "../core/format.js";
import { pause } from "../core/pause.js";
import { catchRefusal } from "../core/refusal.js";
import { ShelfPages } from "./shelf_pages.js";
import { TileWindow, indexOf } from "./tile_window.js";

const BETWEEN_PAGES_MS = 100; // However fast somebody scrolls.
const REFUSED_MS = 5_000; // Where the refusal does not say for how long.

export class Shelf {
  #dialog;
  #tiles;
  #note;
  #pages = null;
  #near = { seen: 0, first: 0, end: 1 };
  #fetching = null; // the pages of which one is under way

  // `note(sentence)` tells a refusal; "" takes it back.
  constructor(dialog, note) {
    [this.#dialog, this.#note] = [dialog, note];
    this.#tiles = new TileWindow(part(dialog, "tiles"), part(dialog, "scroll"), (seen, first, end) => {
      this.#near = { seen, first, end };
      this.#fetch();
    });
  }

  // A place of the library: {shelf, of}, and {pages, scroll, current} where one has been there before.
  show(place) {
    this.close();
    const pages = place.pages ?? new ShelfPages(place.shelf, place.of);
    [this.#pages, place.pages] = [pages, pages];
    this.#near = { seen: 0, first: 0, end: 1 };
    this.#tiles.show(pages.total ?? 0, (index) => pages.at(index), place);
    this.#showTotal();
    this.#fetch();
  }

  close() {
    this.#pages?.stop();
    this.#pages = null;
    this.#note("");
  }

  // What this tile stands for, and how to come back to it; the item is null where it is not here yet.
  look(tile) {
    const current = indexOf(tile);
    return { item: this.#pages.at(current), scroll: part(this.#dialog, "scroll").scrollTop, current };
  }

  focus() {
    this.#tiles.focus();
  }

  // One page at a time, what is looked at first. What was only passed by is not asked for.
  async #fetch() {
    const pages = this.#pages;
    if (!pages || pages === this.#fetching) return;
    this.#fetching = pages;
    try {
      for (let page = this.#findWanted(pages); page !== null; page = this.#findWanted(pages)) {
        await pause(await this.#fetchPage(pages, page));
      }
    } finally {
      if (this.#fetching === pages) this.#fetching = null;
    }
  }

  #findWanted(pages) {
    if (pages !== this.#pages || !this.#dialog.open) return null;
    const { seen, first, end } = this.#near;
    return pages.findMissing(seen, end) ?? pages.findMissing(first, end);
  }

  // Resolves to how long to wait with the next one, in ms.
  async #fetchPage(pages, page) {
    let wait = BETWEEN_PAGES_MS;
    const isNew = await catchRefusal(pages.fetch(page), ({ message, retry_after_s: seconds }) => {
      wait = seconds ? seconds * 1000 : REFUSED_MS;
      if (pages === this.#pages) this.#note(message);
    });
    if (isNew && pages === this.#pages) this.#show();
    return wait;
  }

  #show() {
    const isWithout = this.#pages.total === 0 && this.#pages.hasWords;
    this.#note(isWithout ? "Nothing here has these words." : "");
    this.#showTotal();
    this.#tiles.update(this.#pages.total);
  }

  #showTotal() {
    const { total, isOfAlbums } = this.#pages;
    setText(part(this.#dialog, "total"), total && isOfAlbums ? formatCount(total, "album", "albums") : "");
  }
}
