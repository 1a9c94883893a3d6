// A long grid of tiles of which only those near the view stand in the document: ten thousand albums cost no
// more than sixty. Room is kept for the others, so that the scrollbar tells the truth; screen readers hear
// which of how many a tile is; arrows lead to every tile, and one of them is where Tab leads.

import { clone } from "../core/dom.js";
import { findFirstSeen, findStep, findTop, findWindow, keepPlace } from "./tile_grid.js";
import { fillTile } from "./tile.js";

const GUESSED_PITCH_PX = 200; // Until the first tile has been measured.

export class TileWindow {
  #list;
  #scroll;
  #onMoved;
  #drawn = new Map(); // index -> {tile, item, total}
  #grid = { total: 0, columns: 1, pitch: GUESSED_PITCH_PX, gap: 0 };
  #itemAt = () => null;
  #current = 0; // where Tab leads
  #lastTop = 0; // A dialog that is closed forgets where it was scrolled to.
  #first = 0; // what is drawn, up to and without #end
  #end = 0;
  #isMeasured = false;

  // `onMoved(seen, first, end)` is told whenever other tiles are drawn: which is the first one seen, and all
  // that are drawn.
  constructor(list, scroll, onMoved) {
    [this.#list, this.#scroll, this.#onMoved] = [list, scroll, onMoved];
    scroll.addEventListener("scroll", () => this.#follow(), { passive: true });
    list.addEventListener("keydown", (event) => this.#press(event));
    list.addEventListener("focusin", ({ target }) => this.#mark(indexOf(target)));
    // In a frame of its own: what is drawn may bring a scrollbar, which is another size again.
    new window.ResizeObserver(() => requestAnimationFrame(() => this.#resize())).observe(scroll);
  }

  // Other things than before: `itemAt(index)` is null where it is not known yet.
  show(total, itemAt, { scroll = 0, current = 0 } = {}) {
    this.#list.replaceChildren();
    this.#drawn.clear();
    [this.#itemAt, this.#grid.total] = [itemAt, total];
    this.#measure();
    this.#current = current;
    this.#draw({ ...this.#view(), top: this.#topAt(scroll) });
    [this.#scroll.scrollTop, this.#lastTop] = [scroll, scroll];
  }

  // The same things, of which more are known; there may be another number of them.
  update(total) {
    this.#grid.total = total;
    this.#current = Math.min(this.#current, Math.max(0, total - 1));
    if (!this.#isMeasured) this.#measure();
    this.#draw(this.#view());
  }

  // Where Tab would lead.
  focus() {
    const drawn = this.#drawn.get(this.#current);
    if (drawn) buttonOf(drawn.tile).focus({ preventScroll: true });
  }

  #stepTo(index) {
    const view = this.#view();
    const top = findTop(index, this.#grid, view);
    this.#draw({ ...view, top });
    if (top !== view.top) this.#scroll.scrollTop += top - view.top;
    this.#mark(index);
    this.focus();
    this.#letGo(this.#first, this.#end);
  }

  #follow() {
    if (this.#list.hidden || this.#grid.total === 0) return;
    this.#lastTop = this.#scroll.scrollTop;
    const view = this.#view();
    const { first, end } = findWindow(this.#grid, view);
    if (first !== this.#first || end !== this.#end) this.#draw(view);
    const isLeft = !this.#list.contains(document.activeElement) && findTop(this.#current, this.#grid, view) !== view.top;
    if (isLeft) this.#mark(findFirstSeen(this.#grid, view)); // Tab leads to where one looks.
  }

  #resize() {
    if (this.#list.hidden || this.#scroll.clientHeight === 0) return;
    const before = { ...this.#grid };
    if (this.#scroll.scrollTop === 0 && this.#lastTop > 0) this.#scroll.scrollTop = this.#lastTop;
    const view = this.#view();
    this.#measure();
    const top = view.top > 0 ? keepPlace(view, before, this.#grid) : view.top;
    this.#draw({ ...view, top });
    if (top !== view.top) this.#scroll.scrollTop += top - view.top;
  }

  #view() {
    return { top: this.#topAt(this.#scroll.scrollTop), height: this.#scroll.clientHeight };
  }

  #topAt(scroll) {
    return scroll - this.#list.offsetTop;
  }

  // How many columns there are and how high a tile is, the style says.
  #measure() {
    if (this.#grid.total === 0) return;
    if (this.#drawn.size === 0) this.#draw(this.#view());
    const [{ tile }] = this.#drawn.values();
    const { gridTemplateColumns, rowGap } = getComputedStyle(this.#list);
    const [height, gap] = [buttonOf(tile).offsetHeight, parseFloat(rowGap) || 0];
    this.#grid.columns = gridTemplateColumns.split(" ").length;
    this.#isMeasured = height > 0 && gridTemplateColumns !== "none"; // Its style is there.
    if (!this.#isMeasured) return;
    Object.assign(this.#grid, { pitch: height + gap, gap });
    this.#list.style.setProperty("--tile-height", `${height}px`);
  }

  #draw(view) {
    const { first, end, above, below } = findWindow(this.#grid, view);
    const seen = findFirstSeen(this.#grid, view);
    [this.#first, this.#end] = [first, end];
    this.#letGo(first, end);
    const isDrawn = this.#drawn.has(this.#current) || (this.#current >= first && this.#current < end);
    if (!isDrawn) this.#current = seen;
    let next = this.#drawn.get(Math.max(...this.#drawn.keys(), end))?.tile ?? null; // The one that is kept behind the others.
    for (let index = end - 1; index >= first; index -= 1) next = this.#put(index, next);
    this.#list.style.setProperty("padding-top", `${above}px`);
    this.#list.style.setProperty("padding-bottom", `${below}px`);
    if (end > 0) this.#onMoved(seen, first, end);
  }

  // What is no longer near goes, but for what has the focus: that waits where it stood.
  #letGo(first, end) {
    for (const [index, { tile }] of this.#drawn) {
      const isNear = index >= first && index < end;
      const isKept = !isNear && index < this.#grid.total && tile.contains(document.activeElement);
      tile.classList.toggle("is-apart", isKept);
      if (isKept) tile.style.setProperty("top", `${Math.floor(index / this.#grid.columns) * this.#grid.pitch}px`);
      else tile.style.removeProperty("top");
      if (isNear || isKept) continue;
      tile.remove();
      this.#drawn.delete(index);
    }
  }

  #put(index, next) {
    const [item, { total }] = [this.#itemAt(index), this.#grid];
    const drawn = this.#drawn.get(index) ?? { tile: clone("tile-template") };
    if (!this.#drawn.has(index)) this.#list.insertBefore(drawn.tile, next);
    this.#drawn.set(index, drawn);
    buttonOf(drawn.tile).setAttribute("tabindex", index === this.#current ? "0" : "-1");
    if (drawn.item === item && drawn.total === total) return drawn.tile;
    Object.assign(drawn, { item, total });
    drawn.tile.dataset.index = index;
    drawn.tile.setAttribute("aria-posinset", index + 1);
    drawn.tile.setAttribute("aria-setsize", total);
    fillTile(drawn.tile, item);
    return drawn.tile;
  }

  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const index = findStep(event.key, indexOf(event.target), this.#grid, this.#view());
    if (index === null) return;
    event.preventDefault();
    this.#stepTo(index);
  }

  #mark(index) {
    const before = this.#drawn.get(this.#current);
    if (before) buttonOf(before.tile).setAttribute("tabindex", "-1");
    buttonOf(this.#drawn.get(index).tile).setAttribute("tabindex", "0");
    this.#current = index;
  }
}

export function indexOf(element) {
  return Number(element.closest("li").dataset.index);
}

function buttonOf(tile) {
  return tile.querySelector(".tile");
}
