// One thing that was found, as a row: a song to add, something to open, or a line nobody can read.

import { drawCover } from "../core/covers.js";
import { part, setText, show } from "../core/dom.js";
import { describeCollection, isCollection, isSong, readKind } from "./search_results.js";
import { formatDuration } from "../core/format.js";
import { describeQueuePlace, describeRest, describeUnwelcome, findRest } from "../queue/song_rules.js";
import { mayPlayAgain } from "../core/rights.js";
import { linkToProvider, nameProvider } from "../core/provider_links.js";

export function fillResultRow(row, result, isMixed) {
  if (result.isUnmatched) return fillLine(row, result);
  const opens = isCollection(result);
  row.classList.toggle("is-collection", opens);
  row.classList.toggle("is-artist", opens && readKind(result) === "artist");
  drawCover(row.querySelector(".cover"), result);
  setText(part(row, "title"), result.title);
  setText(part(row, "artist"), opens ? describeCollection(result) : [result.artist, result.album].filter(Boolean).join(" · "));
  setText(part(row, "length"), result.duration_ms ? formatDuration(result.duration_ms) : "");
  setText(part(row, "from"), isProviderShown(result, isMixed) ? nameProvider(result.provider) : "");
  show(part(row, "explicit"), Boolean(result.explicit));
}

// Whoever looks for what plays or waits already, has to rest or is not played here sees it before asking
// for it.
export function showQueuePlace(row, result, state) {
  if (!isSong(result)) return;
  const place = describeQueuePlace(result.uri, state.nest);
  const unwelcome = place ? "" : describeUnwelcome(result, state.nest.nest);
  const rest = place || unwelcome ? null : findRest(result, state);
  row.classList.toggle("is-here", place !== "");
  row.classList.toggle("is-unwelcome", unwelcome !== "");
  row.classList.toggle("is-resting", rest !== null);
  setText(part(row, "place"), place || unwelcome || (rest ? describeRest(rest, mayPlayAgain(state)) : ""));
}

export function isUnwelcome(row) {
  return row.classList.contains("is-unwelcome");
}

export function isResting(row) {
  return row.classList.contains("is-resting");
}

// Where it is from is said for what lives elsewhere, and where results of several stand together.
function isProviderShown({ uri }, isMixed) {
  return isMixed || linkToProvider(uri) !== null;
}

function fillLine(row, { text, message }) {
  row.classList.add("is-line", "is-unmatched");
  row.setAttribute("aria-disabled", "true");
  setText(part(row, "title"), text);
  setText(part(row, "refusal"), message);
}

export function isAddable(row) {
  return !row.classList.contains("is-adding") && !row.classList.contains("is-added");
}

export function countProviders(results) {
  return new Set(results.map(({ provider }) => provider)).size;
}
