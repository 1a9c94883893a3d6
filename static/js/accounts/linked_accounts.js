// The accounts of one's own that music is heard on, as far as this server has any.

import { getJson, deleteJson } from "../core/api.js";
import { catchRefusal } from "../core/refusal.js";

export async function fetchLinkedAccounts(store) {
  if (!document.body.dataset.ownProvider) return store.set({ accounts: [] });
  const answer = await catchRefusal(getJson("/api/accounts"));
  return store.set({ accounts: answer?.accounts ?? store.state().accounts ?? [] });
}

// Throws a refusal with a sentence.
export async function disconnectAccount(store, provider) {
  const { accounts } = await deleteJson(`/api/accounts/${provider}`);
  store.set({ accounts, own: null });
}

// A form that goes to the provider, and comes back to where one was.
export function fillConnectForm(form, { title, state, connect_url: url }, label) {
  form.action = url;
  const words = state === "none" ? `Connect ${title}` : `Connect ${title} again`;
  if (label.textContent !== words) label.textContent = words;
}
