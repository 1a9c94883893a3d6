// Up next: what, who, when, how many votes. Everything else shows on hover, focus or one press.

import { ask } from "../api.js";
import { castVote, clearQueue, removeSong } from "../commands.js";
import { animate, clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { asMinutes, counted } from "../format.js";
import { createJamming } from "../jamming.js";
import { startTimes, upNext } from "../playback.js";
import { explain } from "../refusals.js";
import { mayClear } from "../rights.js";
import { fillRow, myVote } from "../songrow.js";
import { createTalk } from "../talk.js";
import { whyHere } from "../why.js";

const UNDO_FOR_MS = 30_000;
const NEW_MS = 1_600;
const EVENT_WITHIN_MS = 400; // The answer may come a little before the event it speaks of.
const CONCERNS = ["votesInFlight", "jamsInFlight", "saying", "removing", "you"];

export function mountQueue(root, store, send) {
  const rows = part(root, "rows");
  const talks = new Map(); // song id -> the thread that is open under its row
  const reasons = new Map(); // song id -> everyone's airtime, for those who asked why it stands there
  const jam = createJamming(store, send);

  store.subscribe((state, before) => {
    const isNestNew = ["queue", "playback"].some((name) => state.nest?.[name] !== before.nest?.[name]);
    const changed = isNestNew || CONCERNS.some((name) => state[name] !== before[name]);
    if (!changed && state !== before) return;
    render(root, rows, state, before);
    talks.forEach((talk, songId) => (find(songId) ? talk.render(state) : talks.delete(songId)));
    reasons.forEach((_, songId) => (isShown(songId) ? tellWhy(songId) : reasons.delete(songId)));
  });

  onAction(rows, "vote-up", (button) => vote(button, 1));
  onAction(rows, "vote-down", (button) => vote(button, -1));
  onAction(rows, "jam", (button) => jam(button, find(songOf(button))));
  onAction(rows, "talk", (button) => talkAbout(button));
  onAction(rows, "why", (button) => explainPlace(button));
  onAction(rows, "remove", (button) => remove(button));
  onAction(rows, "more", (button) => open(button));
  onAction(root, "clear", (button) => clear(button));
  rows.addEventListener("keydown", (event) => {
    const button = event.target.closest("[data-part=room]") && part(event.target.closest(".row"), "talk");
    if (event.key !== "Escape" || !button) return;
    talkAbout(button);
    button.focus();
  });

  function isShown(songId) {
    return shownQueue(store.state()).some((song) => song.song_id === songId);
  }

  function find(songId) {
    return store.state().nest.queue.find((row) => row.song_id === songId);
  }

  function vote(button, direction) {
    const songId = songOf(button);
    const wanted = myVote(find(songId), store.state()) === direction ? 0 : direction;
    const inFlight = (value) =>
      store.set({ votesInFlight: { ...store.state().votesInFlight, [songId]: value } });
    inFlight(wanted);
    explain(button, send(castVote(songId, wanted))).then(() => inFlight(undefined));
  }

  function talkAbout(button) {
    const songId = songOf(button);
    const room = part(button.closest(".row"), "room");
    const isOpen = !talks.has(songId);
    if (isOpen) {
      const talk = createTalk(store, send, () => find(songId));
      talks.set(songId, talk);
      room.replaceChildren(talk.element);
      talk.render(store.state());
    } else {
      talks.delete(songId);
      room.replaceChildren();
    }
    show(room, isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) talks.get(songId).focus();
  }

  async function explainPlace(button) {
    const songId = songOf(button);
    const isOpen = !reasons.delete(songId);
    if (isOpen) reasons.set(songId, []);
    show(part(button.closest(".row"), "reasons"), isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    const answer = await explain(button, ask(`/api/nests/${window.NEST_CODE}/fairness`));
    if (!answer || !reasons.has(songId) || !isShown(songId)) return;
    reasons.set(songId, answer.people);
    tellWhy(songId);
  }

  function tellWhy(songId) {
    const row = rows.querySelector(`[data-key="${songId}"]`);
    const [airtime, place] = whyHere(...standing(songId, store.state(), reasons.get(songId)));
    setText(part(row, "airtime"), airtime);
    setText(part(row, "place"), place);
  }

  function remove(button) {
    const row = button.closest(".row");
    const title = part(row, "title").textContent;
    const songId = songOf(button);
    const removing = (change) => store.set({ removing: change(store.state().removing) });
    const stays = () => removing((ids) => ids.filter((id) => id !== songId));
    removing((ids) => [...ids, songId]);
    const answer = send(removeSong(songId)).then(offerUndo(`Removed “${title}”`)).finally(() => {
      if (find(songId)) setTimeout(stays, EVENT_WITHIN_MS);
      else stays();
    });
    explain(button, answer);
  }

  function clear(button) {
    explain(button, send(clearQueue()).then(offerUndo("Cleared the queue")));
  }

  const offerUndo = (sentence) => ({ undo_token: token }) => {
    const offer = { token, sentence, until: performance.now() + UNDO_FOR_MS };
    store.set({ undoable: [...store.state().undoable, offer] });
  };
}

function render(root, list, state, before) {
  const { nest, you } = state;
  show(part(root, "bones"), nest === null);
  if (!nest) return;

  const queue = shownQueue(state);
  const starts = startTimes(queue, nest.playback);
  show(root, queue.length > 0 || nest.song !== null);
  root.classList.toggle("is-empty", queue.length === 0);
  setText(part(root, "summary"), summary(queue));
  show(part(root, "clear"), queue.length > 0 && mayClear(you));
  const fresh = reconcile(list, queue, {
    key: (song) => song.song_id,
    make: () => clone("row-template"),
    update: (row, song, index) => fillRow(row, song, starts[index], state),
  });
  if (before.nest) fresh.forEach(welcome);
}

// What plays next first, without what I have just taken out.
function shownQueue({ nest, removing }) {
  const queue = nest.queue.filter((song) => !removing.includes(song.song_id));
  return upNext(queue, nest.playback.locked_song_id);
}

// The arguments of `whyHere` for one song.
function standing(songId, state, people) {
  const { nest, you } = state;
  const queue = shownQueue(state);
  const at = queue.findIndex((song) => song.song_id === songId);
  const before = queue.slice(0, at);
  const seconds = before.reduce((sum, song) => sum + song.duration_ms / 1000, 0);
  const startsAt = startTimes(queue, nest.playback)[at];
  const isLocked = nest.playback.locked_song_id === songId;
  return [queue[at], { people, ahead: { songs: at, seconds }, startsAt, isLocked, you }];
}

function summary(queue) {
  if (queue.length === 0) return "";
  const whole = queue.reduce((sum, song) => sum + song.duration_ms, 0);
  return `${counted(queue.length, "song", "songs")}, ${asMinutes(whole)}`;
}

function songOf(element) {
  return Number(element.closest(".row").dataset.key);
}

function open(button) {
  const row = button.closest(".row");
  const isOpen = row.classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(isOpen));
}

function welcome(row) {
  row.classList.add("is-new");
  setTimeout(() => row.classList.remove("is-new"), NEW_MS);
  animate(row, [{ opacity: 0, transform: "translateY(8px)" }, { opacity: 1, transform: "none" }]);
}
