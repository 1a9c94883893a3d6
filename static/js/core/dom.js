// Small helpers for views. Text is written as text; markup lives in <template> elements.

export const MOTION_MS = 240;
const GENTLE = "cubic-bezier(0.2, 0.8, 0.2, 1)";

export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

export function clone(templateId) {
  return document.getElementById(templateId).content.firstElementChild.cloneNode(true);
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// How much of a bar is filled, where it lies from its beginning on.
export function setShare(bar, done, whole) {
  bar.style.setProperty("scale", `${whole ? done / whole : 0} 1`);
}

export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

// Calls `handle(button, event)` for clicks on [data-action=name] inside root.
export function onAction(root, name, handle) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest(`[data-action="${name}"]`);
    if (button && root.contains(button)) handle(button, event);
  });
}

export function prefersStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export function animate(element, frames, options = {}) {
  if (prefersStillness()) return null;
  return element.animate(frames, { duration: MOTION_MS, easing: GENTLE, ...options });
}

// Makes the children of `list` one per item, in order, reusing those that are there.
// Returns the elements that are new. Rows glide to their new places.
export function reconcile(list, items, { key, make, update }) {
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const places = isSameOrder(before, items, key) ? null : measurePlaces(before.values());
  const fresh = [];
  items.forEach((item, index) => {
    const name = String(key(item));
    let element = before.get(name);
    if (!element) {
      element = make(item);
      element.dataset.key = name;
      fresh.push(element);
    }
    before.delete(name);
    update(element, item, index);
    if (list.children[index] !== element) moveTo(list, element, index);
  });
  before.forEach((element) => element.remove());
  if (places) glide(places);
  return fresh;
}

// Moving an element takes the focus from what is inside it; a listener who votes by keyboard keeps it.
function moveTo(list, element, index) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(element, list.children[index] ?? null);
  focused?.focus({ preventScroll: true });
}

function isSameOrder(before, items, key) {
  const names = [...before.keys()];
  return names.length === items.length && items.every((item, index) => String(key(item)) === names[index]);
}

// Where those in sight are. Long lists have hundreds out of sight, and measuring costs.
function measurePlaces(elements) {
  const places = new Map();
  for (const element of elements) {
    const place = element.getBoundingClientRect();
    if (place.top > window.innerHeight) break;
    if (place.bottom > 0) places.set(element, place);
  }
  return places;
}

function glide(places) {
  const moves = [...places].map(([element, from]) => [element, from, element.getBoundingClientRect()]);
  for (const [element, from, to] of moves) {
    const [dx, dy] = [from.left - to.left, from.top - to.top];
    const moved = element.isConnected && (dx || dy);
    if (moved) animate(element, [{ transform: `translate(${dx}px, ${dy}px)` }, { transform: "none" }]);
  }
}
