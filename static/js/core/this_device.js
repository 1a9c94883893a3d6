// This browser, as one of the listener's devices, and this tab of it.

import { postJson } from "./api.js";

const KEY = "andre.device";

// {device, tab}: the browser keeps the one, the other is new with every page.
export function identifyDevice() {
  if (window.earlySocket) return window.earlySocket.here;
  const device = localStorage.getItem(KEY) ?? makeId();
  localStorage.setItem(KEY, device);
  return { device, tab: makeId() };
}

// Resolves once the server knows it. Throws a Refusal.
export function registerDevice({ device }, name = "") {
  return postJson("/api/devices/register", { id: device, ...(name && { name }) });
}

// There is no randomUUID() where a page came over plain HTTP.
function makeId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
