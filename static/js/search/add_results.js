// Adding what was found: every row says by itself what became of it.

import { addSongs } from "../core/commands.js";
import { part, setText } from "../core/dom.js";
import { formatCount } from "../core/format.js";
import { loadOnce } from "../core/load_later.js";
import { catchRefusal } from "../core/refusal.js";
import { formatRefusal, showBubble } from "../core/refusal_display.js";
import { mayPlayAgain } from "../core/rights.js";
import { groupRefusals } from "./pasted_links.js";
import { isResting } from "./result_row.js";

const loadVideoLengths = loadOnce(() => import("../players/video_lengths.js"));

// Adds the songs of these rows. Resolves to whether the nest took all of them.
export async function addResults(rows, { panel, box, store, send }) {
  const uris = rows.map((row) => row.dataset.key);
  const refuse = (row, refusal) => showRowRefusal(row, refusal, panel, box);
  rows.forEach((row) => row.classList.add("is-adding"));
  const isAgain = rows.length === 1 && isResting(rows[0]) && mayPlayAgain(store.state());
  const adding = measureVideos(uris).then((lengths) => send(addSongs(uris, lengths, isAgain)));
  const isTaken = await catchRefusal(
    adding.then(({ rejected = [] }) => markRows(rows, groupRefusals(uris, rejected), panel, refuse)),
    (refusal) => {
      if (rows.length === 1) refuse(rows[0], refusal);
      else panel.showNote(formatRefusal(refusal));
      return false;
    },
  );
  rows.forEach((row) => row.classList.remove("is-adding"));
  panel.countMissing();
  return isTaken;
}

// How long videos are nobody tells without asking their player; without a network nobody does.
export async function measureVideos(uris) {
  if (!uris.some((uri) => uri.startsWith("youtube:"))) return {};
  const videos = await loadVideoLengths();
  return videos ? videos.measureLengths(uris) : {};
}

// Returns whether all of them were taken.
function markRows(rows, { byUri, others }, panel, refuse) {
  for (const row of rows) {
    const refusal = byUri.get(row.dataset.key);
    if (refusal) refuse(row, refusal);
    else row.classList.add("is-added");
  }
  if (others.length) {
    panel.showNote(`${formatCount(others.length, "song was", "songs were")} not taken: ${formatRefusal(others[0])}`);
  }
  return byUri.size + others.length === 0;
}

function showRowRefusal(row, refusal, panel, box) {
  if (row.isConnected && panel.isOpen) setText(part(row, "refusal"), formatRefusal(refusal));
  else showBubble(box, formatRefusal(refusal));
}
