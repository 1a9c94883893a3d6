// The services that list what I hear, as far as this server offers any: connected by a token of mine.

import { deleteJson, getJson, postJson, putJson } from "../core/api.js";
import { catchRefusal } from "../core/refusal.js";

const address = (service) => `/api/scrobbling/${service}`;

export async function fetchScrobbling(store) {
  const answer = await catchRefusal(getJson("/api/scrobbling"));
  store.set({ scrobbling: answer?.services ?? store.state().scrobbling ?? [] });
}

// A token that I allow at `url`: {token, url}. Throws a refusal with a sentence.
export function beginConsent(service) {
  return postJson(`${address(service)}/consent`);
}

// Throws a refusal with a sentence.
export async function connectService(store, service, token) {
  const { services } = await putJson(address(service), { token });
  store.set({ scrobbling: services });
}

export async function disconnectService(store, service) {
  const { services } = await deleteJson(address(service));
  store.set({ scrobbling: services });
}
