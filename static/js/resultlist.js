// The rows of a search: what was found, the row that the arrow keys stand on, and bones while one
// waits. The words stay in the box meanwhile, so the box says which row is meant.

import { clone, reconcile } from "./dom.js";
import { isSong } from "./finding.js";
import { countProviders, fillResult, isFree, isResting, showPlace } from "./resultrow.js";

const BONES = 4;

export function createResultList(element, box, state) {
  let results = []; // what was found, or pasted with the lines that nobody could read
  let chosen = -1;

  function render(found) {
    results = found;
    const isMixed = countProviders(results) > 1;
    element.querySelectorAll(".skeleton").forEach((bone) => bone.remove());
    reconcile(element, results, {
      key: ({ uri }) => uri,
      make: () => clone("result-template"),
      update: (row, result, index) => {
        row.id = `result-${index}`;
        row.dataset.action = "pick";
        fillResult(row, result, isMixed);
      },
    });
    showPlaces();
    choose(-1);
  }

  function showPlaces() {
    if (results.length && state().nest) rows().forEach((row) => showPlace(row, state()));
  }

  function showBones() {
    results = [];
    element.replaceChildren(...Array.from({ length: BONES }, () => clone("result-skeleton")));
    choose(-1);
  }

  function clear() {
    results = [];
    element.replaceChildren();
    choose(-1);
  }

  function choose(index) {
    chosen = index;
    rows().forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    const row = element.children[index];
    row?.scrollIntoView({ block: "nearest" });
    if (row) box.setAttribute("aria-activedescendant", row.id);
    else box.removeAttribute("aria-activedescendant");
  }

  // Round and round; the first step up goes to the last row.
  function step(by) {
    const from = chosen < 0 && by < 0 ? 0 : chosen;
    if (results.length) choose((from + by + results.length) % results.length);
  }

  function rows() {
    return [...element.children];
  }

  function of(row) {
    return results.find(({ uri }) => uri === row.dataset.key);
  }

  // Songs that may be asked for.
  function open(among = rows()) {
    return among.filter((row) => isFree(row) && isSong(of(row)));
  }

  // Those of them that neither play nor wait nor have just played.
  function missing() {
    return open().filter((row) => !row.classList.contains("is-here") && !isResting(row));
  }

  return {
    render,
    showPlaces,
    showBones,
    clear,
    choose,
    step,
    rows,
    of,
    open,
    missing,
    results: () => results,
    hasChoice: () => chosen >= 0,
    hasStrange: () => results.some(({ isStrange }) => isStrange),
    chosenRow: () => (results.length ? element.children[Math.max(chosen, 0)] : null),
    chooseOf: (result) => choose(results.indexOf(result)),
    label: (words) => element.setAttribute("aria-label", words),
  };
}
