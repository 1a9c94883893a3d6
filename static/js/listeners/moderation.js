// Muting, kicking and banning, in the dialog of people: for whoever looks after the nest.

import { getJson } from "../core/api.js";
import { banListener, kickListener, muteListener, unbanListener, unmuteListener } from "../core/commands.js";
import { openOnAction } from "../core/dialogs.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { formatTimeOfDay } from "../core/format.js";
import { isModerator } from "../core/rights.js";
import { showRefusal, showRefusalIn, writeRefusal } from "../core/refusal_display.js";

const DECISIONS = {
  mute: { label: "Mute", command: muteListener, what: "Nobody hears them in the chat. They see the reason when they write." },
  kick: { label: "Kick", command: kickListener, what: "Their page closes and shows the reason. They may come back." },
  ban: { label: "Ban", command: banListener, what: "Their page closes and shows the reason. They stay out until you lift the ban, or the nest ends." },
};
const DONE = { muted: "muted", unmuted: "unmuted", kicked: "kicked", banned: "banned", unbanned: "lifted the ban of" };

export function mountModeration(dialog, deciding, store, send) {
  const look = async () => {
    const mayLook = isModerator(store.state());
    show(part(dialog, "moderation"), mayLook);
    if (!mayLook) return;
    const answer = await showRefusal(dialog, getJson(`/api/nests/${window.NEST_CODE}/moderation`));
    if (answer) drawModeration(dialog, answer);
  };

  openOnAction(dialog, "people", look);
  store.subscribe(({ nest, you }, before) => {
    if (dialog.open && (nest?.decision !== before.nest?.decision || nest?.dj !== before.nest?.dj || you !== before.you)) look();
  });
  onAction(dialog, "moderate", (button) => toggleDecisions(button.closest("li"), button));
  onAction(dialog, "take-back", async (button) => {
    const command = button.closest("ul") === part(dialog, "muted-people") ? unmuteListener : unbanListener;
    await showRefusal(button, send(command(keyOf(button))));
  });
  mountDeciding(deciding, { dialog, store, send });
}

function toggleDecisions(row, button) {
  const isOpen = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(isOpen));
  show(part(row, "decisions"), isOpen);
}

// Each is asked once more, with a reason for whom it is about and for other moderators.
function mountDeciding(deciding, { dialog, store, send }) {
  const form = part(deciding, "form");
  let decide = null;
  const open = (verb, row) => {
    const [{ label, command, what }, person] = [DECISIONS[verb], row.dataset.key];
    decide = (reason) => send(command(person, reason));
    form.reset();
    writeRefusal(part(deciding, "error"), "");
    setText(part(deciding, "title"), `${label} ${part(row, "name").textContent}`);
    setText(part(deciding, "what"), what);
    setText(part(deciding, "submit-label"), label);
    deciding.showModal();
  };

  onAction(dialog, "kick", (button) => open("kick", button.closest("li")));
  onAction(dialog, "ban", (button) => open("ban", button.closest("li")));
  onAction(dialog, "mute", (button) => {
    const isMuted = store.state().nest.muted.includes(keyOf(button));
    if (isMuted) showRefusal(button, send(unmuteListener(keyOf(button))));
    else open("mute", button.closest("li"));
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isDone = await showRefusalIn(part(deciding, "error"), decide(form.elements.reason.value));
    if (isDone) deciding.close();
  });
}

function drawModeration(dialog, { muted, banned, acts }) {
  drawDecisions(dialog, "muted", muted, "Unmute");
  drawDecisions(dialog, "banned", banned, "Lift ban");
  show(part(dialog, "acts-section"), acts.length > 0);
  reconcile(part(dialog, "acts"), acts, {
    key: ({ act, person, at_ms: atMs }) => `${act} ${person.id} ${atMs}`,
    make: () => clone("act-template"),
    update: (row, { act, person, by, reason, at_ms: atMs }) => {
      setText(part(row, "sentence"), `${by.name || "The server"} ${DONE[act]} ${person.name || "somebody"}.`);
      setText(part(row, "why"), [formatTimeOfDay(atMs), reason].filter(Boolean).join(" · "));
    },
  });
}

function drawDecisions(dialog, name, decisions, label) {
  show(part(dialog, `${name}-section`), decisions.length > 0);
  reconcile(part(dialog, `${name}-people`), decisions, {
    key: ({ person }) => person.id,
    make: () => clone("decision-template"),
    update: (row, { person, by, reason }) => {
      const who = person.name || "Somebody";
      setText(part(row, "name"), who);
      setText(part(row, "why"), [`by ${by.name || "the server"}`, reason].filter(Boolean).join(" · "));
      setText(part(row, "take-back"), label);
      part(row, "take-back").setAttribute("aria-label", `${label}: ${who}`);
    },
  });
}

function keyOf(button) {
  return button.closest("li").dataset.key;
}
