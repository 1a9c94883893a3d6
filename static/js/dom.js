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
  const places = placesOf(before);
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
  glide(list, places);
  return fresh;
}

// Moving an element takes the focus from what is inside it; a listener who votes by keyboard keeps it.
function moveTo(list, element, index) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(element, list.children[index] ?? null);
  focused?.focus({ preventScroll: true });
}

function placesOf(elements) {
  return new Map([...elements.values()].map((element) => [element, element.getBoundingClientRect()]));
}

function glide(list, places) {
  for (const child of list.children) {
    const from = places.get(child);
    if (!from || from.bottom < 0 || from.top > window.innerHeight) continue;
    const to = child.getBoundingClientRect();
    const [dx, dy] = [from.left - to.left, from.top - to.top];
    if (dx || dy) animate(child, [{ transform: `translate(${dx}px, ${dy}px)` }, { transform: "none" }]);
  }
}
