// The arithmetic of a long grid of equal rows, of which only those near the view stand in the document.
// A grid is {total, columns, pitch, gap}: `pitch` px from one row's top to the next, `gap` of them empty.
// A view is {top, height}: what is looked at, in px from the grid's top.

import { clamp } from "../playback/timeline.js";

const MARGIN_PX = 400; // So far beyond what is looked at tiles are drawn: two rows, about what one turn of a wheel moves.
const EDGE_PX = 8; // Between what is stepped to and the edge of the view: room for the ring of the focus.

// Which tiles to draw, `first` up to and without `end`, and how much room the others need, in px.
export function findWindow({ total, columns, pitch }, { top, height }) {
  const rows = Math.ceil(total / columns);
  if (rows === 0) return { first: 0, end: 0, above: 0, below: 0 };
  const firstRow = clamp(Math.floor((top - MARGIN_PX) / pitch), 0, rows - 1);
  const endRow = clamp(Math.ceil((top + height + MARGIN_PX) / pitch), firstRow + 1, rows);
  return {
    first: firstRow * columns,
    end: Math.min(endRow * columns, total),
    above: firstRow * pitch,
    below: (rows - endRow) * pitch,
  };
}

// The first tile of the first row that is seen whole.
export function findFirstSeen({ total, columns, pitch }, { top }) {
  const lastRow = Math.max(0, Math.ceil(total / columns) - 1);
  return clamp(Math.ceil(top / pitch), 0, lastRow) * columns;
}

// Where a key leads from this tile; null for a key that leads nowhere.
export function findStep(key, index, { total, columns, pitch }, { height }) {
  const page = Math.max(1, Math.floor(height / pitch)) * columns;
  switch (key) {
    case "ArrowRight": return Math.min(index + 1, total - 1);
    case "ArrowLeft": return Math.max(index - 1, 0);
    case "ArrowDown": return stepDown(index, columns, total, columns);
    case "ArrowUp": return index < columns ? index : index - columns;
    case "PageDown": return stepDown(index, page, total, columns);
    case "PageUp": return index < page ? index % columns : index - page;
    case "Home": return 0;
    case "End": return total - 1;
    default: return null;
  }
}

// From a row that has one below it to the last tile, where that row is not full.
function stepDown(index, by, total, columns) {
  if (index + by < total) return index + by;
  const isInLastRow = Math.floor(index / columns) === Math.floor((total - 1) / columns);
  return isInLastRow ? index : total - 1;
}

// The top of the view that shows this tile whole, moved as little as may be.
export function findTop(index, { columns, pitch, gap }, { top, height }) {
  const upper = Math.floor(index / columns) * pitch;
  const lower = upper + pitch - gap;
  if (upper < top) return Math.max(0, upper - EDGE_PX);
  return lower > top + height ? lower + EDGE_PX - height : top;
}

// The top of the view in another grid of the same tiles, so that one goes on looking at the same ones.
export function keepPlace({ top }, before, after) {
  const row = Math.max(0, Math.floor(top / before.pitch));
  return Math.floor((row * before.columns) / after.columns) * after.pitch + (top - row * before.pitch);
}
