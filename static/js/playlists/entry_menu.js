// What one may do with an entry of a playlist: queued from there on, moved, removed.

import { onAction, part, setText, show } from "../core/dom.js";
import { placeNear } from "../core/popovers.js";

const ITEMS = { ArrowUp: -1, ArrowDown: 1 };

// `acts`: what is done with the entry's row, by the name of each action.
export function createEntryMenu(menu, acts) {
  let chosen = null; // the button whose entry it is about

  for (const [name, act] of Object.entries(acts)) {
    onAction(menu, name, (item) => {
      menu.hidePopover();
      chosen.focus();
      act(chosen.closest(".row"), item);
    });
  }
  menu.addEventListener("keydown", (event) => {
    if (!ITEMS[event.key]) return;
    event.preventDefault();
    const items = [...menu.querySelectorAll("button")].filter(({ hidden }) => !hidden);
    items.at((items.indexOf(document.activeElement) + ITEMS[event.key]) % items.length).focus();
  });

  // `mayChange`: the playlist is mine; `isHere`: there is a song to queue.
  return (button, { title, mayChange, isHere }) => {
    chosen = button;
    setText(part(menu, "title"), title);
    for (const item of menu.querySelectorAll("button")) {
      show(item, item.dataset.action === "queue-from" ? isHere : mayChange);
    }
    menu.showPopover();
    placeNear(menu, button);
    [...menu.querySelectorAll("button")].find(({ hidden }) => !hidden)?.focus();
  };
}
