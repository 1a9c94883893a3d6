// As you like it: light, colour, faces, by how much this device sounds late, accounts of one's own.

import { disconnect, fetchAccounts, fillConnect } from "../accounts.js";
import { opensWith } from "../dialogs.js";
import { clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { clamp } from "../playback.js";
import { fetchTaste, keepTaste } from "../preferences.js";
import { explain } from "../refusals.js";

const TRIM_KEY = "andre.trim_ms";
const MOST_MS = 500;
const STEP_MS = 5;

export function mountMine(dialog, store, { sync }) {
  const form = part(dialog, "form");
  const { mode, accent, shame, trim } = form.elements;

  opensWith(dialog, "mine", () => {
    const taste = window.TASTE.read();
    mode.value = taste.mode;
    accent.value = taste.accent;
    shame.checked = taste.faces === "letters";
    trim.value = localStorage.getItem(TRIM_KEY) ?? 0;
    if (part(dialog, "accounts-note")) setText(part(dialog, "accounts-note"), "");
    fetchAccounts(store);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target === trim) return setTrim(Number(trim.value));
    return keepTaste({
      mode: mode.value,
      accent: accent.value,
      faces: shame.checked ? "letters" : "pictures",
    });
  });
  onAction(dialog, "trim-less", () => setTrim(Number(trim.value) - STEP_MS));
  onAction(dialog, "trim-more", () => setTrim(Number(trim.value) + STEP_MS));
  onAction(dialog, "sync-here", sync);
  fetchTaste();
  mountAccounts(dialog, store);

  function setTrim(wanted) {
    trim.value = clamp(Math.round(wanted) || 0, -MOST_MS, MOST_MS);
    localStorage.setItem(TRIM_KEY, trim.value);
  }
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
    explain(button, disconnect(store, provider).then(gone));
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
  fillConnect(part(row, "connect"), account, part(row, "connect-label"));
}
