// Moving songs: by a menu, by Alt and the arrows, and by dragging. Fetched when somebody uses the page.

import { moveSong } from "../core/commands.js";
import { onAction, part, setText } from "../core/dom.js";
import { showPending } from "../core/pending.js";
import { placeNear } from "../core/popovers.js";
import { showRefusal } from "../core/refusal_display.js";
import { isDj, mayMove } from "../core/rights.js";
import { enableDragging } from "./dragging.js";
import { describeMove, findTarget } from "./move_targets.js";
import { readShownQueue } from "./queue_order.js";

const ITEMS = { ArrowUp: -1, ArrowDown: 1 };
const MEANINGS = {
  dj: "It stays where you put it, whatever is voted. What others add lines up around it.",
  own: "Your songs change turns among themselves. Nobody else’s turn changes.",
};

// Returns what opens a row's menu, and what moves a row by one of the steps of move_targets.js.
export function mountMoving(root, store, send) {
  const list = part(root, "list");
  const mayBeMoved = (song) => mayMove(song, store.state());

  async function move(row, before) {
    const songId = readId(row);
    const shownBefore = before ?? findBehindAll(songId);
    const answer = showPending(store, "moves", songId, shownBefore, send(moveSong(songId, before)));
    const done = await showRefusal(part(row, "title"), answer);
    if (done) setText(part(root, "moved"), describeMove(songId, readShownQueue(store.state())));
  }

  // Behind all that one may move: for others than the DJ, behind their own.
  function findBehindAll(songId) {
    const others = readShownQueue(store.state()).filter((song) => song.song_id !== songId);
    return others[others.findLastIndex(mayBeMoved) + 1]?.song_id ?? null;
  }

  function step(row, name) {
    const songs = readShownQueue(store.state()).filter(mayBeMoved);
    const before = findTarget(name, readId(row), songs);
    if (before !== undefined) move(row, before);
  }

  enableDragging(list, move);
  const open = mountMenu(part(root, "moves"), step);
  return { step, open: (button) => open(button, MEANINGS[isDj(store.state()) ? "dj" : "own"]) };
}

function mountMenu(menu, step) {
  let chosen = null; // the button whose song it is about

  onAction(menu, "move-to", (item) => {
    menu.hidePopover();
    chosen.focus();
    step(chosen.closest(".row"), item.dataset.step);
  });
  menu.addEventListener("keydown", (event) => {
    if (!ITEMS[event.key]) return;
    event.preventDefault();
    const items = [...menu.querySelectorAll("button")];
    items.at((items.indexOf(document.activeElement) + ITEMS[event.key]) % items.length).focus();
  });

  return (button, meaning) => {
    chosen = button;
    setText(part(menu, "title"), button.getAttribute("aria-label"));
    setText(part(menu, "meaning"), meaning);
    menu.showPopover();
    placeNear(menu, button);
    menu.querySelector("button").focus();
  };
}

function readId(row) {
  return Number(row.dataset.key);
}
