// Who is here, who is banned, and what was done lately: pressed, and done at once.

import { getJson, postJson } from "../core/api.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { formatDayAndTime } from "../core/format.js";
import { showRefusal } from "../core/refusal_display.js";

const DONE = { muted: "muted", unmuted: "unmuted", kicked: "kicked", banned: "banned", unbanned: "lifted the ban of" };
const ACTS_SHOWN = 10;

// Returns what draws the bans; `after` is called when something was done.
export function followPeople(dialog, store, { address, after }) {
  const words = part(dialog, "people-words");
  const reason = part(dialog, "reason");
  words.addEventListener("input", drawPresent);
  store.subscribe(({ nest }, before) => dialog.open && nest?.listeners !== before.nest?.listeners && drawPresent());
  for (const verb of ["kick", "ban", "unban"]) {
    onAction(dialog, `console-${verb}`, async (button) => {
      const wish = { person: button.closest("li").dataset.key, ...(verb !== "unban" && { reason: reason.value.trim() }) };
      if (!(await showRefusal(button, postJson(`${address}/${verb}`, wish)))) return;
      reason.value = "";
      await after();
    });
  }

  function drawPresent() {
    const { nest, you } = store.state();
    const wanted = words.value.trim().toLowerCase();
    const others = nest.listeners.filter(({ id }) => id !== you.id);
    const found = others.filter(({ name }) => name.toLowerCase().includes(wanted));
    drawList(part(dialog, "present"), found, "present-template");
    setText(part(dialog, "nobody"), others.length ? "Nobody here has this name." : "Nobody else is here.");
    show(part(dialog, "nobody"), !found.length);
  }

  return async (banned) => {
    drawPresent();
    drawList(part(dialog, "banned"), banned, "banned-template");
    show(part(dialog, "no-bans"), !banned.length);
    const told = await showRefusal(dialog, getJson(`${address}/moderation`));
    if (told) drawActs(part(dialog, "acts"), told.acts.slice(0, ACTS_SHOWN));
  };
}

function drawList(list, people, template) {
  reconcile(list, people, {
    key: ({ id }) => id,
    make: () => clone(template),
    update: (row, { name }) => setText(part(row, "name"), name || "Somebody"),
  });
}

function drawActs(list, acts) {
  list.replaceChildren(...acts.map(({ by, act, person, at_ms: at, reason }) => {
    const row = document.createElement("li");
    const why = reason ? ` (${reason})` : "";
    row.textContent = `${by.name || "The house"} ${DONE[act]} ${person.name || "somebody"}${why}, ${formatDayAndTime(at)}`;
    return row;
  }));
}
