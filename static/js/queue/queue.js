// Up next: what, who, when, how many votes. Everything else shows on hover, focus or one press.

import { animate, clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { loadOnce, loadWhenUsed } from "../core/load_later.js";
import { mayClear } from "../core/rights.js";
import { computeStartTimes } from "../playback/timeline.js";
import { createJamToggle } from "../reactions/jams.js";
import { OpenExplanations, OpenThreads } from "./open_rows.js";
import { createQueueActions } from "./queue_actions.js";
import { readShownQueue, summarise } from "./queue_order.js";
import { fillSongRow } from "./song_row.js";

const NEW_MS = 1_600;
const STEPS = { ArrowUp: "up", ArrowDown: "down" };

export function mountQueue(root, store, send) {
  const rows = part(root, "list");
  const threads = new OpenThreads(store, send);
  const explanations = new OpenExplanations(store, rows);

  store.subscribe((state, before) => {
    if (!isQueueNew(state, before)) return;
    render(root, rows, state, before);
    threads.render(state);
    explanations.render(state);
  });
  mountActions(root, rows, store, send);
  mountMoves(root, rows, store, send);
  onAction(rows, "comments", (button) => toggleThread(button));
  onAction(rows, "why", (button) => explanations.toggle(rowOf(button), songIdOf(button)));
  onAction(rows, "more", toggleMore);
  rows.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape" || !target.closest("[data-part=comments-panel]")) return;
    const button = part(rowOf(target), "comments-button");
    toggleThread(button);
    button.focus();
  });

  function toggleThread(button) {
    threads.toggle(rowOf(button), findSong(store, button));
  }
}

function mountActions(root, rows, store, send) {
  const actions = createQueueActions(store, send);
  const jam = createJamToggle(store, send);
  onAction(rows, "vote-up", (button) => actions.vote(button, findSong(store, button), 1));
  onAction(rows, "vote-down", (button) => actions.vote(button, findSong(store, button), -1));
  onAction(rows, "jam", (button) => jam(button, findSong(store, button)));
  onAction(rows, "remove", (button) => actions.remove(button, findSong(store, button)));
  onAction(root, "clear", (button) => actions.clear(button));
}

// Most people move nothing: it is fetched when somebody uses the page, and what is pressed before waits.
function mountMoves(root, rows, store, send) {
  const load = loadOnce(async () => (await import("./moving.js")).mountMoving(root, store, send));
  loadWhenUsed(load);
  onAction(rows, "move", async (button) => (await load())?.open(button));
  rows.addEventListener("keydown", async (event) => {
    const row = event.target.closest(".is-movable");
    if (!event.altKey || !STEPS[event.key] || !row) return;
    event.preventDefault();
    (await load())?.step(row, STEPS[event.key]);
  });
}

function isQueueNew(state, before) {
  const isNestNew = ["queue", "playback", "dj"].some((name) => state.nest?.[name] !== before.nest?.[name]);
  return isNestNew || state === before || state.pending !== before.pending || state.you !== before.you || state.nest?.nest !== before.nest?.nest;
}

function render(root, list, state, before) {
  const { nest, you } = state;
  show(part(root, "skeleton"), nest === null);
  if (!nest) return;

  const queue = readShownQueue(state);
  const starts = computeStartTimes(queue, nest.playback);
  show(root, queue.length > 0 || nest.song !== null);
  root.classList.toggle("is-empty", queue.length === 0);
  setText(part(root, "summary"), summarise(queue, nest.playback));
  show(part(root, "clear"), queue.length > 0 && mayClear(you));
  const added = reconcile(list, queue, {
    key: (song) => song.song_id,
    make: () => clone("row-template"),
    update: (row, song, index) => fillSongRow(row, song, starts[index], state),
  });
  if (before.nest) added.forEach(markNew);
}

function markNew(row) {
  row.classList.add("is-new");
  setTimeout(() => row.classList.remove("is-new"), NEW_MS);
  animate(row, [{ opacity: 0, transform: "translateY(8px)" }, { opacity: 1, transform: "none" }]);
}

function toggleMore(button) {
  const isOpen = rowOf(button).classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(isOpen));
}

function findSong(store, element) {
  return store.state().nest.queue.find((song) => song.song_id === songIdOf(element));
}

function songIdOf(element) {
  return Number(rowOf(element).dataset.key);
}

function rowOf(element) {
  return element.closest(".row");
}
