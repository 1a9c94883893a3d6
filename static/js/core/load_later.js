// Fetches a part of the page when somebody first needs it, so that the first load stays light.

import { onAction } from "./dom.js";

// A function that calls `load()`, which imports something, and resolves to what came of it: once, and
// again only if the server could not be reached; then to null.
export function loadOnce(load) {
  let loading = null;
  return async () => {
    loading ??= load();
    try {
      return await loading;
    } catch (fault) {
      loading = null;
      if (!(fault instanceof TypeError)) throw fault; // What import() throws where there is no network.
      return null;
    }
  };
}

const SIGNS_OF_USE = ["pointermove", "pointerdown", "keydown"];
let firstUse = null;

// Resolves when somebody first touches the page: what they may open next is then on its way, so that a
// dialog opens at once and nothing typed into it is lost, and a page that is only listened to stays light.
function waitForUse() {
  firstUse ??= new Promise((resolve) => {
    const begin = (event) => {
      if (isNobodys(event)) return;
      SIGNS_OF_USE.forEach((sign) => document.removeEventListener(sign, begin));
      resolve();
    };
    for (const sign of SIGNS_OF_USE) document.addEventListener(sign, begin, { passive: true });
  });
  return firstUse;
}

// A browser says that the pointer moved also where the page has moved below it.
function isNobodys({ type, movementX, movementY }) {
  return type === "pointermove" && movementX === 0 && movementY === 0;
}

// Begins to load once somebody uses the page.
export function loadWhenUsed(load) {
  waitForUse().then(load);
}

// `load()` imports and mounts what clicks on [data-action=name] are for; a click that comes earlier waits.
export function loadOnAction(name, load) {
  const loadFirst = loadOnce(async () => {
    await load();
    return true;
  });
  let isLoaded = false;
  loadWhenUsed(loadFirst);
  onAction(document.body, name, async (button) => {
    if (isLoaded) return;
    isLoaded = Boolean(await loadFirst());
    if (isLoaded) button.click();
  });
}

// The style of what most people never open, which names it as data-style: no first load waits for it.
export function loadStyle(element) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = element.dataset.style;
  element.append(link);
}
