// Dragging a row of the queue: by its grip, with a mouse by its cover, too, and with a finger by the cover
// once it has been held for a moment, so that a list is still scrolled by its covers.

const HELD_MS = 350;
const MOVED_PX = 5; // Less is a press.
const EDGE_PX = 72;
const SCROLL_PX = 9; // A frame.
const HANDLES = ".is-movable :is([data-part=move], .cover)";

// `move(row, before)`: a row was dropped before the song with this id, or behind all: null. `scroll` is the
// element that scrolls the list; without one the page does.
export function enableDragging(list, move, scroll = null) {
  const drag = new Drag(list, move, scroll ? viewOf(scroll) : PAGE);
  const holding = new Holding();

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(HANDLES);
    if (!handle || event.button !== 0 || drag.isOn()) return;
    const grab = () => drag.grab(handle.closest(".row"), event);
    if (event.pointerType === "touch" && handle.matches(".cover")) holding.begin(event, grab);
    else grab();
  });
  window.addEventListener("pointermove", (event) => {
    holding.follow(event);
    drag.follow(event);
  });
  const end = (isDropped) => {
    holding.end();
    drag.end(isDropped);
  };
  window.addEventListener("pointerup", () => end(true));
  window.addEventListener("pointercancel", () => end(false));
  window.addEventListener("keydown", ({ key }) => key === "Escape" && end(false));
  keepOthersOut(list, drag, holding);
}

// What the browser would make of a drag: scrolling, a menu, a picture that flies along, a press of the grip.
function keepOthersOut(list, drag, holding) {
  const prevent = (isMeant) => (event) => {
    if (isMeant(event) && event.cancelable) event.preventDefault();
  };
  list.addEventListener("touchmove", prevent(() => drag.isOn()), { passive: false });
  list.addEventListener("contextmenu", prevent(() => drag.isOn() || holding.isOn()));
  list.addEventListener("dragstart", prevent(({ target }) => target.closest(HANDLES)));
  list.addEventListener("click", (event) => drag.hasJustEnded() && event.stopImmediatePropagation(), { capture: true });
}

// A finger that moves before it has been held for a while scrolls.
class Holding {
  #timer = null;
  #from = null;

  isOn() {
    return this.#timer !== null;
  }

  begin({ clientX, clientY }, then) {
    this.end();
    this.#from = [clientX, clientY];
    this.#timer = setTimeout(() => {
      this.#timer = null;
      then();
    }, HELD_MS);
  }

  follow({ clientX, clientY }) {
    if (this.isOn() && Math.hypot(clientX - this.#from[0], clientY - this.#from[1]) > MOVED_PX) this.end();
  }

  end() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

// What scrolls: how far it is, where its edges stand, and how it goes on.
const PAGE = {
  offset: () => window.scrollY,
  edges: () => [0, window.innerHeight],
  scroll: (by) => window.scrollBy(0, by),
};

function viewOf(element) {
  return {
    offset: () => element.scrollTop,
    edges: () => {
      const { top, bottom } = element.getBoundingClientRect();
      return [top, bottom];
    },
    scroll: (by) => element.scrollBy(0, by),
  };
}

class Drag {
  #list;
  #move;
  #view;
  #held = null; // {row, from, at, scrolledFrom, pointerId, isMoving, before}
  #hasJustEnded = false;

  constructor(list, move, view) {
    [this.#list, this.#move, this.#view] = [list, move, view];
  }

  isOn() {
    return this.#held !== null;
  }

  // Whether the click that comes now is the end of a drag.
  hasJustEnded() {
    return this.#hasJustEnded;
  }

  grab(row, { clientY, pointerId }) {
    this.#held = { row, from: clientY, at: clientY, scrolledFrom: this.#view.offset(), pointerId, isMoving: false, before: null };
  }

  follow({ pointerId, clientY }) {
    const held = this.#held;
    if (pointerId !== held?.pointerId) return;
    held.at = clientY;
    if (!held.isMoving && Math.abs(held.at - held.from) < MOVED_PX) return;
    if (!held.isMoving) this.#begin();
    this.#draw();
  }

  end(isDropped) {
    const held = this.#held;
    this.#held = null;
    if (!held?.isMoving) return;
    held.row.classList.remove("is-dragged");
    held.row.style.removeProperty("transform");
    this.#list.classList.remove("is-sorting");
    this.#unmark();
    this.#hasJustEnded = true;
    setTimeout(() => (this.#hasJustEnded = false));
    if (isDropped && held.before !== this.#readFollowing(held.row)) this.#move(held.row, held.before);
  }

  #begin() {
    this.#held.isMoving = true;
    this.#held.row.classList.add("is-dragged");
    this.#list.classList.add("is-sorting");
    requestAnimationFrame(() => this.#scrollAtEdges());
  }

  #draw() {
    const { row, at, from, scrolledFrom } = this.#held;
    row.style.setProperty("transform", `translateY(${at - from + this.#view.offset() - scrolledFrom}px)`);
    const target = this.#readMovable().find((other) => other !== row && middleOf(other) > at);
    this.#held.before = target ? readId(target) : null;
    this.#unmark();
    if (target) target.classList.add("is-drop-before");
    else this.#readMovable().findLast((other) => other !== row)?.classList.add("is-drop-behind");
  }

  #scrollAtEdges() {
    if (!this.#held?.isMoving) return;
    const { at } = this.#held;
    const [top, bottom] = this.#view.edges();
    const by = at < top + EDGE_PX ? -SCROLL_PX : at > bottom - EDGE_PX ? SCROLL_PX : 0;
    if (by) {
      this.#view.scroll(by);
      this.#draw();
    }
    requestAnimationFrame(() => this.#scrollAtEdges());
  }

  // Others than the DJ change turns among their own songs: only before these, or behind them, one drops.
  #readMovable() {
    return [...this.#list.children].filter((row) => row.matches(".is-movable"));
  }

  #readFollowing(row) {
    const rows = this.#readMovable();
    const next = rows[rows.indexOf(row) + 1];
    return next ? readId(next) : null;
  }

  #unmark() {
    for (const row of this.#list.querySelectorAll(".is-drop-before, .is-drop-behind")) {
      row.classList.remove("is-drop-before", "is-drop-behind");
    }
  }
}

function readId(row) {
  return Number(row.dataset.key);
}

function middleOf(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
