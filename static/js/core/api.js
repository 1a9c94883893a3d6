// Questions to the server over HTTP; what it refuses is thrown as a Refusal.

import { Refusal } from "./refusal.js";

export async function getJson(path, { signal } = {}) {
  return readAnswer(await sendRequest(path, { signal }));
}

export async function postJson(path, body = {}, { signal } = {}) {
  return sendJson("POST", path, body, signal);
}

// A form with files, as browsers send them.
export async function postForm(path, form) {
  const headers = { "X-CSRFToken": csrfToken() };
  return readAnswer(await sendRequest(path, { method: "POST", headers, body: form }));
}

export async function patchJson(path, body) {
  return sendJson("PATCH", path, body);
}

export async function putJson(path, body) {
  return sendJson("PUT", path, body);
}

export async function deleteJson(path) {
  return sendJson("DELETE", path);
}

async function sendJson(method, path, body, signal) {
  return readAnswer(
    await sendRequest(path, {
      method,
      signal,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
}

// The line may break before the answer begins, and in the middle of it.
async function sendRequest(path, options) {
  try {
    const response = await fetch(path, { credentials: "same-origin", ...options });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return { isOk: response.ok, body: isJson ? await response.json() : {} };
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault;
    throw new Refusal({ error: "offline", message: "The server cannot be reached right now." });
  }
}

function readAnswer({ isOk, body }) {
  if (isOk) return body;
  throw new Refusal({ error: "unavailable", message: "That did not work; please try again.", ...body });
}

function csrfToken() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.split("=")[1]) : "";
}
