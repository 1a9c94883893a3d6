// Something to press: with nothing queued a good reason to begin, below a short queue what goes with
// what plays, what is new here, and what chance brings.

import { getJson } from "../core/api.js";
import { addSongs } from "../core/commands.js";
import { drawCover } from "../core/covers.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { Refusal, catchRefusal } from "../core/refusal.js";
import { showRefusal } from "../core/refusal_display.js";
import { isWelcome } from "../queue/song_rules.js";

const TO_BEGIN = 3;
const MORE = 5;
const SHORT_QUEUE = 5; // Fewer leave room below them, and somebody might want to fill it.
const RETRY_MS = 10_000; // Nothing yet: the library may still be being scanned or made.
const SPREAD_MS = 4_000; // A song begins for everyone at once; their pages do not ask at once.

export function mountSuggestions(root, store, send) {
  let tracks = [];
  let asked = null; // what they were asked for: the catalogue and the song they go with
  let waiting = null;

  store.subscribe((state, before) => {
    const isSame = state.nest === before.nest && state.playedRecently === before.playedRecently;
    if (state !== before && isSame) return;
    if (!isShort(state.nest)) {
      show(root, false);
      return;
    }
    describe(root, state.nest);
    render(root, tracks, state);
    if (asked !== makeQuestion(state.nest)) plan(state.nest);
  });

  onAction(root, "search", () => document.getElementById("search-box").focus());
  onAction(root, "add", (button) => {
    showRefusal(button, send(addSongs([button.closest(".row").dataset.key])).then(refuseRejected));
  });

  function plan(nest) {
    const delay = asked === null ? 0 : Math.random() * SPREAD_MS;
    asked = makeQuestion(nest);
    clearTimeout(waiting);
    waiting = setTimeout(() => fetchThem(asked, nest.song), delay);
  }

  async function fetchThem(question, song) {
    if (store.state().connection.status === "ended") return;
    const query = new URLSearchParams({ nest: window.NEST_ID, ...(song && { like: song.trackid }) });
    // Without suggestions the way is the search, as ever.
    const answer = await catchRefusal(getJson(`/api/suggestions?${query}`));
    if (asked !== question) return;
    if (answer) tracks = answer.results;
    if (answer && !tracks.length) waiting = setTimeout(() => fetchThem(question, song), RETRY_MS);
    if (isShort(store.state().nest)) render(root, tracks, store.state());
  }
}

function isShort(nest) {
  return nest !== null && nest.queue.length < SHORT_QUEUE;
}

function makeQuestion({ nest, song }) {
  return `${nest.catalogue} ${song?.trackid ?? ""}`;
}

function refuseRejected({ rejected }) {
  if (rejected?.length) throw new Refusal(rejected[0]);
}

function describe(root, { song, count, queue }) {
  const [title, sentence] = chooseWords(song, count, queue.length > 0);
  root.classList.toggle("is-more", queue.length > 0);
  setText(part(root, "title"), title);
  setText(part(root, "sentence"), sentence);
  show(part(root, "search"), !song && queue.length === 0);
}

function chooseWords(song, count, isMore) {
  if (isMore) return ["More to add", "What goes with this song, and what is new here."];
  if (song) return ["Nothing comes after this", "Add what should play next."];
  const alone = "It is quiet here and it is all yours. The first song starts at once.";
  const many = "Everybody is here and nobody has chosen yet. The first song starts at once.";
  return ["Put a record on", count <= 1 ? alone : many];
}

function render(root, tracks, state) {
  const { nest } = state;
  const here = new Set([nest.song, ...nest.queue, ...nest.proposals].map((song) => song?.trackid));
  const fits = (track) =>
    track.provider === nest.nest.catalogue && !here.has(track.uri) && isWelcome(track, state);
  const most = nest.song || nest.queue.length ? MORE : TO_BEGIN;
  const shown = tracks.filter(fits).slice(0, most);
  show(root, shown.length > 0 || nest.queue.length === 0);
  reconcile(part(root, "list"), shown, {
    key: (track) => track.uri,
    make: () => clone("suggestion-template"),
    update: (row, track) => {
      drawCover(row.querySelector(".cover"), track);
      setText(part(row, "title"), track.title);
      setText(part(row, "artist"), track.artist);
      row.querySelector("[data-action=add]").setAttribute("aria-label", `Add ${track.title}`);
    },
  });
}
