// How many wait to be let in, guests and others, beside the button that opens the people of the nest.

import { getJson } from "../core/api.js";
import { part, setText, show } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";
import { isModerator } from "../core/rights.js";

// `keepsGuests`: whether I look after the guests of this nest.
export function mountWaitingGuests(root, store, keepsGuests = true) {
  store.subscribe(({ nest, you, guestsWaiting, listenersWaiting }, before) => {
    const isOpen = keepsGuests && Boolean(nest?.nest.guests);
    const isNew = isOpen && (!before.nest?.nest.guests || nest === before.nest);
    if (isNew && guestsWaiting === null) countGuests(store);
    const asksFirst = Boolean(nest?.nest.is_private || nest?.nest.locked);
    if (asksFirst && isModerator({ nest, you }) && listenersWaiting === null) countListeners(store);
    const count = (isOpen ? (guestsWaiting ?? 0) : 0) + (listenersWaiting?.count ?? 0);
    setText(part(root, "waiting-count"), String(count));
    show(part(root, "waiting"), count > 0);
  });
}

// The server tells of changes; what was before this page came it has to be asked for.
async function countGuests(store) {
  store.set({ guestsWaiting: 0 });
  const answer = await catchRefusal(getJson(`/api/nests/${window.NEST_CODE}/guests`), () => {});
  if (answer) store.set({ guestsWaiting: answer.waiting.length });
}

async function countListeners(store) {
  store.set({ listenersWaiting: { count: 0, person: null } });
  const answer = await catchRefusal(getJson(`/api/nests/${window.NEST_CODE}/door`), () => {});
  if (answer) store.set({ listenersWaiting: { count: answer.waiting.length, person: null } });
}
