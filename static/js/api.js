// Questions to the server over HTTP; what it refuses is thrown as a Refusal.

import { Refusal } from "./refusal.js";

export async function ask(path, { signal } = {}) {
  return answerOf(await request(path, { signal }));
}

export async function post(path, body = {}, { signal } = {}) {
  return tell("POST", path, body, signal);
}

export async function patch(path, body) {
  return tell("PATCH", path, body);
}

export async function remove(path) {
  return tell("DELETE", path);
}

async function tell(method, path, body, signal) {
  return answerOf(
    await request(path, {
      method,
      signal,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
}

async function request(path, options) {
  try {
    return await fetch(path, { credentials: "same-origin", ...options });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Refusal({ error: "offline", message: "The server cannot be reached right now." });
  }
}

async function answerOf(response) {
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const body = isJson ? await response.json() : {};
  if (response.ok) return body;
  throw new Refusal({ error: "unavailable", message: "That did not work; please try again.", ...body });
}

function csrfToken() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.split("=")[1]) : "";
}
