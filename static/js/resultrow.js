// One thing that was found, as a row: a song to add, something to open, or a line nobody can read.

import { drawCover } from "./covers.js";
import { part, setText, show } from "./dom.js";
import { describe, isThing, kindOf } from "./finding.js";
import { asMinutes, asTimeOfDay } from "./format.js";
import { welcomeAt } from "./repeats.js";
import { mayPlayAgain } from "./rights.js";
import { pageOf, titleOf } from "./sources.js";

export function fillResult(row, result, isMixed) {
  if (result.isStrange) return fillLine(row, result);
  const opens = isThing(result);
  row.classList.toggle("is-thing", opens);
  row.classList.toggle("is-artist", opens && kindOf(result) === "artist");
  drawCover(row.querySelector(".cover"), result);
  setText(part(row, "title"), result.title);
  setText(part(row, "artist"), opens ? describe(result) : [result.artist, result.album].filter(Boolean).join(" · "));
  setText(part(row, "length"), result.duration_ms ? asMinutes(result.duration_ms) : "");
  setText(part(row, "from"), isFromSaid(result, isMixed) ? titleOf(result.provider) : "");
  show(part(row, "explicit"), Boolean(result.explicit));
}

// Whoever looks for what plays or waits already, or has just played, sees it before asking for it.
export function showPlace(row, state) {
  const uri = row.dataset.key;
  const place = placeOf(uri, state.nest);
  const welcome = place ? null : welcomeAt(uri, state);
  row.classList.toggle("is-here", place !== "");
  row.classList.toggle("is-resting", welcome !== null);
  setText(part(row, "place"), place || (welcome ? rests(welcome, mayPlayAgain(state)) : ""));
}

export function isResting(row) {
  return row.classList.contains("is-resting");
}

function rests(welcome, may) {
  return may ? "Just played. Play it again anyway" : `Just played, again from ${asTimeOfDay(welcome)}`;
}

function placeOf(uri, { song, queue }) {
  if (song?.trackid === uri) return "Plays now";
  const at = queue.findIndex(({ trackid }) => trackid === uri);
  if (at < 0) return "";
  return at === 0 ? "Up next" : `Place ${at + 1}`;
}

// Where it is from is said for what lives elsewhere, and where results of several stand together.
function isFromSaid({ uri }, isMixed) {
  return isMixed || pageOf(uri) !== null;
}

function fillLine(row, { text, message }) {
  row.classList.add("is-line", "is-strange");
  row.setAttribute("aria-disabled", "true");
  setText(part(row, "title"), text);
  setText(part(row, "refusal"), message);
}

export function isFree(row) {
  return !row.classList.contains("is-adding") && !row.classList.contains("is-added");
}

export function countProviders(results) {
  return new Set(results.map(({ provider }) => provider)).size;
}
