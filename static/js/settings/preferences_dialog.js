// As you like it: light, colour, faces, how this device sounds and by how much late, accounts of one's
// own.

import { disconnectAccount, fetchLinkedAccounts, fillConnectForm } from "../accounts/linked_accounts.js";
import { openOnAction } from "../core/dialogs.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { wantsTogether } from "../playback/speaker_place.js";
import { clamp } from "../playback/timeline.js";
import { savePreferences } from "./saved_preferences.js";
import { showRefusal } from "../core/refusal_display.js";

const TRIM_KEY = "andre.trim_ms";
const MOST_MS = 500;
const STEP_MS = 5;

export function mountPreferencesDialog(dialog, store, send, { sync, quality }) {
  const form = part(dialog, "form");
  const { mode, accent, shame, trim, together } = form.elements;

  openOnAction(dialog, "preferences", () => {
    showChosen(form.elements, store.state());
    if (form.elements.quality) form.elements.quality.value = quality.chosen();
    trim.value = localStorage.getItem(TRIM_KEY) ?? 0;
    if (part(dialog, "accounts-note")) setText(part(dialog, "accounts-note"), "");
    fetchLinkedAccounts(store);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target === trim) return setTrim(Number(trim.value));
    if (target.name === "quality") return quality.choose(target.value);
    if (target === together) return savePreferences({ speakers_together: together.checked }, send);
    const faces = shame.checked ? "letters" : "pictures";
    return savePreferences({ mode: mode.value, accent: accent.value, faces }, send);
  });
  onAction(dialog, "trim-less", () => setTrim(Number(trim.value) - STEP_MS));
  onAction(dialog, "trim-more", () => setTrim(Number(trim.value) + STEP_MS));
  onAction(dialog, "sync-here", sync);
  // Chosen in another browser meanwhile.
  store.subscribe(({ nest }, before) => {
    if (nest?.mine.preferences !== before.nest?.mine.preferences) showChosen(form.elements, store.state());
  });
  mountAccounts(dialog, store);

  function setTrim(wanted) {
    trim.value = clamp(Math.round(wanted) || 0, -MOST_MS, MOST_MS);
    localStorage.setItem(TRIM_KEY, trim.value);
  }
}

function showChosen({ mode, accent, shame, together }, state) {
  const chosen = window.displayPreferences.read();
  mode.value = chosen.mode;
  accent.value = chosen.accent;
  shame.checked = chosen.faces === "letters";
  together.checked = wantsTogether(state);
}

function mountAccounts(dialog, store) {
  const list = part(dialog, "accounts");
  if (!list) return;

  store.subscribe((state, before) => {
    if (["accounts", "own"].every((name) => state[name] === before[name])) return;
    show(part(dialog, "accounts-section"), Boolean(state.accounts?.length));
    reconcile(list, state.accounts ?? [], {
      key: ({ provider }) => provider,
      make: () => clone("account-template"),
      update: (row, account) => fillAccount(row, account, state),
    });
  });
  onAction(list, "disconnect", (button) => {
    const row = button.closest("li");
    const { provider, title } = store.state().accounts.find((account) => account.provider === row.dataset.key);
    const gone = () => {
      setText(part(dialog, "accounts-note"), `Nothing of your ${title} account is kept here any more.`);
      part(row, "connect-label").focus();
    };
    showRefusal(button, disconnectAccount(store, provider).then(gone));
  });
}

function fillAccount(row, account, { own }) {
  const { title, state, name, warning } = account;
  const isBare = state === "none";
  const isIll = own?.provider === account.provider && own.state === "trouble";
  setText(part(row, "title"), title);
  setText(part(row, "state"), isBare ? "Not connected" : `Connected as ${name || "you"}`);
  setText(part(row, "warning"), warning || (isIll ? own.message : ""));
  show(part(row, "connect"), state !== "connected");
  show(part(row, "disconnect"), !isBare);
  part(row, "disconnect").setAttribute("aria-label", `Disconnect ${title}`);
  fillConnectForm(part(row, "connect"), account, part(row, "connect-label"));
}
