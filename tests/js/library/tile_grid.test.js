// The arithmetic of a long grid: what is drawn, where keys lead, what stays in view.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findFirstSeen, findStep, findTop, findWindow, keepPlace } from "../../../static/js/library/tile_grid.js";

const GRID = { total: 10_000, columns: 6, pitch: 200, gap: 20 }; // 1,667 rows, the last one of four tiles.
const view = (top, height = 600) => ({ top, height });

test("at the top what is seen is drawn, and what one turn of a wheel shows", () => {
  assert.deepEqual(findWindow(GRID, view(0)), { first: 0, end: 30, above: 0, below: 1662 * 200 });
});

test("in the middle there is as much above as below", () => {
  assert.deepEqual(findWindow(GRID, view(100_000)), { first: 498 * 6, end: 505 * 6, above: 498 * 200, below: 1162 * 200 });
});

test("at the end the last row is not full", () => {
  assert.deepEqual(findWindow(GRID, view(1667 * 200 - 620)), { first: 1661 * 6, end: 10_000, above: 1661 * 200, below: 0 });
});

test("the room is the same wherever one looks, and never is nothing drawn", () => {
  for (let top = -5_000; top < 400_000; top += 777) {
    const { first, end, above, below } = findWindow(GRID, view(top));
    assert.equal(above + Math.ceil((end - first) / 6) * 200 + below, 1667 * 200, `top ${top}`);
    assert.ok(first % 6 === 0 && end > first && end - first <= 8 * 6, `top ${top}`);
  }
});

test("of nothing nothing is drawn", () => {
  assert.deepEqual(findWindow({ ...GRID, total: 0 }, view(0)), { first: 0, end: 0, above: 0, below: 0 });
});

test("the first tile seen is that of the first whole row", () => {
  assert.deepEqual([0, 1, 200, 390, 9_999_999, -10].map((top) => findFirstSeen(GRID, view(top))), [0, 6, 6, 12, 1666 * 6, 0]);
});

test("keys lead to the neighbours, and no further than there are tiles", () => {
  const step = (name, index) => findStep(name, index, GRID, view(0));

  assert.deepEqual([step("ArrowRight", 5), step("ArrowRight", 9_999)], [6, 9_999]);
  assert.deepEqual([step("ArrowLeft", 6), step("ArrowLeft", 0)], [5, 0]);
  assert.deepEqual([step("ArrowUp", 8), step("ArrowUp", 3)], [2, 3]);
  assert.deepEqual([step("ArrowDown", 2), step("ArrowDown", 9_995), step("ArrowDown", 9_998)], [8, 9_999, 9_998]);
  assert.deepEqual([step("PageDown", 2), step("PageDown", 9_990), step("PageUp", 20), step("PageUp", 8)], [20, 9_999, 2, 2]);
  assert.deepEqual([step("Home", 77), step("End", 77), step("a", 77)], [0, 9_999, null]);
});

test("a step moves the view no more than it must", () => {
  const top = (index, from) => findTop(index, GRID, view(from));

  assert.equal(top(0, 5), 0);
  assert.equal(top(6, 200), 200); // It is seen whole.
  assert.equal(top(6, 1_000), 192); // From below: its upper edge.
  assert.equal(top(60, 0), 2_000 + 180 + 8 - 600); // From above: its lower edge.
});

test("on another width the same tiles are looked at", () => {
  const narrow = { total: 10_000, columns: 3, pitch: 160, gap: 16 };

  const top = keepPlace(view(500 * 200 + 30), GRID, narrow);

  assert.equal(top, 1_000 * 160 + 30);
  assert.equal(keepPlace(view(top), narrow, GRID), 500 * 200 + 30);
});
