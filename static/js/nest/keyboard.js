// Keys that work anywhere on the page, except where somebody is writing.

export function mountKeyboard(page, store) {
  const press = (selector) => {
    const button = page.querySelector(selector);
    if (button && !button.hidden) button.click();
  };
  const keys = {
    " ": () => press("#now-playing [data-action=toggle]"),
    "/": () => page.getElementById("search-box").focus(),
    "?": () => press("#me [data-action=help]"),
    m: () => press("[data-action=mute]"),
    j: () => press("#now-playing [data-action=jam]"),
    c: () => press("#now-playing [data-action=comments]"),
    t: () => press("#chat-toggle"),
    h: () => press("[data-action=airhorns]"),
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
