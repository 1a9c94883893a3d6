// The accounts of one's own that music is heard on, as far as this house has any.

import { ask, remove } from "./api.js";

export async function fetchAccounts(store) {
  if (!document.body.dataset.ownProvider) return store.set({ accounts: [] });
  try {
    const { accounts } = await ask("/api/accounts");
    store.set({ accounts });
  } catch (refusal) {
    if (!refusal.error) throw refusal;
    store.set({ accounts: store.state().accounts ?? [] });
  }
}

// Throws a refusal with a sentence.
export async function disconnect(store, provider) {
  const { accounts } = await remove(`/api/accounts/${provider}`);
  store.set({ accounts, own: null });
}

// A form that goes to the provider, and comes back to where one was.
export function fillConnect(form, { title, state, connect_url: url }, label) {
  form.action = url;
  const words = state === "none" ? `Connect ${title}` : `Connect ${title} again`;
  if (label.textContent !== words) label.textContent = words;
}
