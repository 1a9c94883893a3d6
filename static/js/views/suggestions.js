// Nothing queued: a good reason to begin, with three songs at hand.

import { ask } from "../api.js";
import { addSongs } from "../commands.js";
import { drawCover } from "../covers.js";
import { clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { explain } from "../refusals.js";

const SHOWN = 3;

export function mountSuggestions(root, store, send) {
  let tracks = [];
  let asked = null; // the catalogue they were asked for
  store.subscribe((state, before) => {
    if (state !== before && state.nest === before.nest) return;
    const isEmpty = state.nest !== null && state.nest.queue.length === 0;
    show(root, isEmpty);
    if (!isEmpty) return;
    describe(root, state.nest);
    showQr(root);
    if (asked !== state.nest.nest.catalogue) fetchThem(state.nest.nest.catalogue);
    else render(root, tracks, state.nest);
  });

  onAction(root, "search", () => document.getElementById("search-box").focus());
  onAction(root, "add", (button) => {
    explain(button, send(addSongs([button.closest(".row").dataset.key])).then(refuseRejected));
  });

  async function fetchThem(catalogue) {
    asked = catalogue;
    tracks = [];
    try {
      const { results } = await ask(`/api/suggestions?${new URLSearchParams({ nest: window.NEST_ID })}`);
      if (asked === catalogue) tracks = results;
    } catch (refusal) {
      if (!refusal.error) throw refusal; // Without suggestions the way is the search, as ever.
    }
    render(root, tracks, store.state().nest);
  }
}

function refuseRejected({ rejected }) {
  if (rejected?.length) throw rejected[0];
}

function describe(root, { song, count }) {
  const isAlone = count <= 1;
  setText(part(root, "title"), song ? "Nothing comes after this" : "Put a record on");
  setText(part(root, "sentence"), song ? "Add what should play next." : alone(isAlone));
  show(part(root, "search"), !song);
}

function alone(isAlone) {
  return isAlone
    ? "It is quiet here and it is all yours. The first song starts at once."
    : "Everybody is here and nobody has chosen yet. The first song starts at once.";
}

function render(root, tracks, nest) {
  const fits = ({ uri, provider }) => provider === nest.nest.catalogue && uri !== nest.song?.trackid;
  const fitting = tracks.filter(fits).slice(0, SHOWN);
  reconcile(part(root, "rows"), fitting, {
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

function showQr(root) {
  const qr = part(root, "qr");
  if (qr && !qr.getAttribute("src")) qr.src = `/api/nests/${window.NEST_CODE}/qr.svg`;
}
