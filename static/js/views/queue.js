// Up next: what, who, when, how many votes. Everything else shows on hover, focus or one press.

import { castVote, clearQueue, removeSong } from "../commands.js";
import { drawCover } from "../covers.js";
import { animate, clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { asMinutes, asTimeOfDay, counted } from "../format.js";
import { startTimes, upNext } from "../playback.js";
import { explain } from "../refusals.js";

const UNDO_FOR_MS = 30_000;
const NEW_MS = 1_600;

export function mountQueue(root, store, send) {
  const rows = part(root, "rows");
  store.subscribe((state, before) => {
    const concerns = (one) => [one.nest?.queue, one.nest?.playback, one.votesInFlight, one.you];
    const changed = concerns(state).some((value, index) => value !== concerns(before)[index]);
    if (changed || state === before) render(root, rows, state, before);
  });

  onAction(rows, "vote-up", (button) => vote(button, 1));
  onAction(rows, "vote-down", (button) => vote(button, -1));
  onAction(rows, "remove", (button) => remove(button));
  onAction(rows, "more", (button) => open(button));
  onAction(root, "clear", (button) => clear(button));

  function vote(button, direction) {
    const songId = songOf(button);
    const song = store.state().nest.queue.find((row) => row.song_id === songId);
    const wanted = myVote(song, store.state()) === direction ? 0 : direction;
    const inFlight = (value) =>
      store.set({ votesInFlight: { ...store.state().votesInFlight, [songId]: value } });
    inFlight(wanted);
    explain(button, send(castVote(songId, wanted))).then(() => inFlight(undefined));
  }

  function remove(button) {
    const row = button.closest(".row");
    const title = part(row, "title").textContent;
    explain(button, send(removeSong(songOf(button))).then(offerUndo(`Removed “${title}”`)));
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

  const queue = upNext(nest.queue, nest.playback.locked_song_id);
  const starts = startTimes(queue, nest.playback);
  show(root, queue.length > 0 || nest.song !== null);
  root.classList.toggle("is-empty", queue.length === 0);
  setText(part(root, "summary"), summary(queue));
  show(part(root, "clear"), queue.length > 0 && mayClear(nest, you));
  const fresh = reconcile(list, queue, {
    key: (song) => song.song_id,
    make: () => clone("row-template"),
    update: (row, song, index) => fill(row, song, starts[index], state),
  });
  if (before.nest) fresh.forEach(welcome);
}

function summary(queue) {
  if (queue.length === 0) return "";
  const whole = queue.reduce((sum, song) => sum + song.duration_ms, 0);
  return `${counted(queue.length, "song", "songs")}, ${asMinutes(whole)}`;
}

const drawn = new WeakMap(); // row -> what it shows, so that of 500 rows only the changed are drawn

function fill(row, song, startsAt, state) {
  const { nest, you } = state;
  const isLocked = nest.playback.locked_song_id === song.song_id;
  const mine = myVote(song, state);
  const shows = [song, startsAt, isLocked, mine, nest.nest, you];
  if (drawn.get(row)?.every((value, index) => value === shows[index])) return;
  drawn.set(row, shows);

  const isMine = song.user === you.email;
  const votes = song.vote + mine - song.my_vote;
  drawCover(row.querySelector(".cover"), song);
  setText(part(row, "title"), song.title);
  setText(part(row, "line"), `${song.artist} · ${isMine ? "you" : song.user_name}`);
  setText(part(row, "when"), startsAt === null ? asMinutes(song.duration_ms) : asTimeOfDay(startsAt));
  setText(part(row, "votes"), signed(votes));
  show(part(row, "lock"), isLocked);
  show(part(row, "remove"), mayRemove(song, nest, you));
  row.classList.toggle("is-mine", isMine);
  row.classList.toggle("is-locked", isLocked);
  label(part(row, "up"), `Vote up ${song.title}${votes ? `, now ${signed(votes)}` : ""}`, mine === 1);
  label(part(row, "down"), `Vote down ${song.title}`, mine === -1);
  part(row, "remove").setAttribute("aria-label", `Remove ${song.title}`);
  part(row, "more").setAttribute("aria-label", `More for ${song.title}`);
}

function signed(votes) {
  if (votes === 0) return "";
  return votes < 0 ? `−${-votes}` : String(votes);
}

function label(button, name, pressed) {
  button.setAttribute("aria-label", name);
  button.setAttribute("aria-pressed", String(pressed));
}

function myVote(song, { votesInFlight }) {
  return votesInFlight[song.song_id] ?? song.my_vote;
}

// The server decides; this only spares people buttons that would be refused.
function mayRemove(song, { nest }, you) {
  return song.user === you.email || song.auto || mayTidy(nest, you);
}

function mayClear({ nest }, you) {
  return nest.is_main || mayTidy(nest, you);
}

function mayTidy(nest, you) {
  return you.is_dj || you.is_creator || ["operator", "admin"].includes(you.role);
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
