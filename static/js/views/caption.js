// Airhorns for the eye: who blew which, for everyone who cannot or does not hear it.

import { newHorn } from "../cheers.js";
import { setText } from "../dom.js";
import { HORNS } from "../players/horns.js";

const STAYS_MS = 3_500;

export function mountHornCaption(root, store, clock) {
  let leaving = null;
  store.subscribe(({ nest }, before) => {
    const horn = newHorn(before.nest, nest, clock.now());
    if (!horn) return;
    setText(root, `${horn.person.name} · ${HORNS[horn.name]?.label ?? horn.name}`);
    clearTimeout(leaving);
    leaving = setTimeout(() => setText(root, ""), STAYS_MS);
  });
}
