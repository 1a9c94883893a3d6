// The guests of a nest, in the dialog of its people, for whoever looks after them: who waits to be let
// in, who is in, and how a visit ends.

import { deleteJson, getJson, patchJson } from "../core/api.js";
import { openOnAction } from "../core/dialogs.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { formatEnd } from "../core/format.js";
import { showRefusal, showRefusalIn, writeRefusal } from "../core/refusal_display.js";

const ONE = "They are out at once, and their browser stays out. New guests then wait until you let them in.";
const ALL = "Everybody who came by the invitation is out at once.";

export function mountGuests(dialog, ending, store) {
  const address = `/api/nests/${window.NEST_CODE}`;
  const list = async (anchor, asked) => {
    const answer = await showRefusal(anchor, asked);
    if (answer) drawGuests(dialog, answer, store);
  };
  const look = () => {
    const isOn = Boolean(store.state().nest?.nest.guests);
    show(part(dialog, "guests-section"), isOn);
    if (!isOn) return;
    list(dialog, getJson(`${address}/guests`));
    readInvitation(dialog, getJson(`${address}/invitation`));
  };

  openOnAction(dialog, "people", look);
  store.subscribe(({ nest, guestsWaiting }, before) => {
    const isNew = nest?.listeners !== before.nest?.listeners || nest?.nest !== before.nest?.nest;
    if (dialog.open && (isNew || guestsWaiting !== before.guestsWaiting)) look();
  });
  const decide = (letIn) => (button) => list(button, patchJson(`${address}/guests/${keyOf(button)}`, { let_in: letIn }));
  onAction(dialog, "let-in", decide(true));
  onAction(dialog, "turn-away", decide(false));
  part(dialog, "asks-first").addEventListener("change", ({ target }) => {
    readInvitation(dialog, patchJson(`${address}/invitation`, { asks_first: target.checked }));
  });
  mountEnding(ending, {
    dialog,
    address,
    done: (answer) => {
      drawGuests(dialog, answer, store);
      readInvitation(dialog, getJson(`${address}/invitation`));
    },
  });
}

async function readInvitation(dialog, asked) {
  const answer = await showRefusal(part(dialog, "asks-first"), asked);
  if (answer) part(dialog, "asks-first").checked = answer.asks_first;
}

// How a visit ends is asked once more, with what goes with it.
function mountEnding(ending, { dialog, address, done }) {
  const form = part(ending, "form");
  let meant = "";
  const open = (path, title, what, label) => {
    meant = path;
    form.reset();
    writeRefusal(part(ending, "error"), "");
    setText(part(ending, "title"), title);
    setText(part(ending, "what"), what);
    setText(part(ending, "submit-label"), label);
    ending.showModal();
  };

  onAction(dialog, "revoke-guest", (button) => {
    const name = part(button.closest("li"), "name").textContent;
    open(`guests/${keyOf(button)}`, `End the visit of ${name}`, ONE, "End visit");
  });
  onAction(dialog, "revoke-all", () => open("guests", "End all visits", ALL, "End all visits"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { songs, renew } = form.elements;
    let answer = null;
    const asked = deleteJson(`${address}/${meant}?songs=${songs.checked}&renew=${renew.checked}`);
    const isDone = await showRefusalIn(part(ending, "error"), asked.then((told) => (answer = told)));
    if (!isDone) return;
    ending.close();
    done(answer);
  });
}

function drawGuests(dialog, { guests, waiting }, store) {
  if (store.state().guestsWaiting !== waiting.length) store.set({ guestsWaiting: waiting.length });
  show(part(dialog, "no-guests"), guests.length + waiting.length === 0);
  show(part(dialog, "revoke-all"), guests.length > 0);
  reconcile(part(dialog, "waiting-guests"), waiting, {
    key: ({ id }) => id,
    make: () => clone("waiting-guest-template"),
    update: (row, { name }) => {
      setText(part(row, "name"), name);
      part(row, "let-in").setAttribute("aria-label", `Let in ${name}`);
      part(row, "turn-away").setAttribute("aria-label", `Turn away ${name}`);
    },
  });
  reconcile(part(dialog, "guests"), guests, {
    key: ({ id }) => id,
    make: () => clone("guest-template"),
    update: (row, { name, ends_at: endsAt }) => {
      setText(part(row, "name"), name);
      setText(part(row, "until"), `until ${formatEnd(Date.parse(endsAt))}`);
      part(row, "revoke").setAttribute("aria-label", `End visit of ${name}`);
    },
  });
}

function keyOf(button) {
  return button.closest("li").dataset.key;
}
