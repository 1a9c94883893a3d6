// Something to press: with nothing queued a good reason to begin, below a short queue what goes with
// what plays, what is new here, and what chance brings.

import { ask } from "../api.js";
import { addSongs } from "../commands.js";
import { drawCover } from "../covers.js";
import { clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { explain } from "../refusals.js";
import { welcomeAt } from "../repeats.js";

const TO_BEGIN = 3;
const MORE = 5;
const SHORT_QUEUE = 5; // Fewer leave room below them, and somebody might want to fill it.
const SPREAD_MS = 4_000; // A song begins for everyone at once; their pages do not ask at once.

export function mountSuggestions(root, store, send) {
  let tracks = [];
  let asked = null; // what they were asked for: the catalogue and the song they go with
  let waiting = null;

  store.subscribe((state, before) => {
    const isSame = state.nest === before.nest && state.playedRecently === before.playedRecently;
    if (state !== before && isSame) return;
    const isShort = state.nest !== null && state.nest.queue.length < SHORT_QUEUE;
    show(root, isShort);
    if (!isShort) return;
    describe(root, state.nest);
    render(root, tracks, state);
    if (asked !== wanted(state.nest)) plan(state.nest);
  });

  onAction(root, "search", () => document.getElementById("search-box").focus());
  onAction(root, "add", (button) => {
    explain(button, send(addSongs([button.closest(".row").dataset.key])).then(refuseRejected));
  });

  function plan(nest) {
    const delay = asked === null ? 0 : Math.random() * SPREAD_MS;
    asked = wanted(nest);
    clearTimeout(waiting);
    waiting = setTimeout(() => fetchThem(asked, nest.song), delay);
  }

  async function fetchThem(question, song) {
    const like = song ? { like: song.trackid } : {};
    try {
      const { results } = await ask(`/api/suggestions?${new URLSearchParams({ nest: window.NEST_ID, ...like })}`);
      if (asked === question) tracks = results;
    } catch (refusal) {
      if (!refusal.error) throw refusal; // Without suggestions the way is the search, as ever.
    }
    render(root, tracks, store.state());
  }
}

function wanted({ nest, song }) {
  return `${nest.catalogue} ${song?.trackid ?? ""}`;
}

function refuseRejected({ rejected }) {
  if (rejected?.length) throw rejected[0];
}

function describe(root, { song, count, queue }) {
  const [title, sentence] = words(song, count, queue.length > 0);
  root.classList.toggle("is-more", queue.length > 0);
  setText(part(root, "title"), title);
  setText(part(root, "sentence"), sentence);
  show(part(root, "search"), !song && queue.length === 0);
  showQr(root, queue.length === 0);
}

function words(song, count, isMore) {
  if (isMore) return ["More to add", "What goes with this song, and what is new here."];
  if (song) return ["Nothing comes after this", "Add what should play next."];
  const alone = "It is quiet here and it is all yours. The first song starts at once.";
  const many = "Everybody is here and nobody has chosen yet. The first song starts at once.";
  return ["Put a record on", count <= 1 ? alone : many];
}

function render(root, tracks, state) {
  const { nest } = state;
  const here = new Set([nest.song, ...nest.queue].map((song) => song?.trackid));
  const fits = ({ uri, provider }) =>
    provider === nest.nest.catalogue && !here.has(uri) && welcomeAt(uri, state) === null;
  const most = nest.song || nest.queue.length ? MORE : TO_BEGIN;
  reconcile(part(root, "rows"), tracks.filter(fits).slice(0, most), {
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

function showQr(root, isShown) {
  const qr = part(root, "qr");
  if (qr && isShown && !qr.getAttribute("src")) qr.src = `/api/nests/${window.NEST_CODE}/qr.svg`;
}
