// Keys that work anywhere on the page, except where somebody is writing.

import { toggle } from "../commands.js";
import { explain } from "../refusals.js";

export function mountKeyboard(page, store, send) {
  const press = (selector) => page.querySelector(selector)?.click();
  const keys = {
    " ": () => explain(page.querySelector("[data-part=toggle]"), send(toggle())),
    "/": () => page.getElementById("search-box").focus(),
    "?": () => press("#me [data-action=help]"),
    m: () => press("[data-action=mute]"),
  };

  page.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || isBusy(event, store)) return;
    event.preventDefault();
    act();
  });
}

function isBusy({ target, key, ctrlKey, metaKey, altKey }, store) {
  const writes = target.matches("input:not([type=range]), textarea, select, [contenteditable]");
  const presses = key === " " && target.matches("button, a, summary");
  const elsewhere = document.querySelector("dialog[open]") || store.state().connection.status === "ended";
  return writes || presses || Boolean(elsewhere) || ctrlKey || metaKey || altKey;
}
