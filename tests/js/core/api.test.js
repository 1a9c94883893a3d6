// What the server refuses over HTTP is a Refusal; so is that it cannot be reached.

import assert from "node:assert/strict";
import { test } from "node:test";

import { getJson, patchJson, postJson } from "../../../static/js/core/api.js";
import { openPage, stubServer } from "../page.js";

test("an answer is its body", async () => {
  openPage();
  stubServer({ "/api/nests": { nests: [] } });

  assert.deepEqual(await getJson("/api/nests"), { nests: [] });
});

test("what changes something goes with a body and its method", async () => {
  openPage();
  const asked = stubServer({ "/api/me": {} });

  await patchJson("/api/me/preferences", { mode: "dark" });

  assert.deepEqual(asked, [{ method: "PATCH", path: "/api/me/preferences", body: { mode: "dark" } }]);
});

test("a refusal has the server's code and sentence", async () => {
  openPage();
  stubServer({ "/api/nests": [409, { error: "name_taken", message: "There is one of that name." }] });

  await assert.rejects(postJson("/api/nests", {}), { error: "name_taken", message: "There is one of that name." });
});

test("without a network it is said so", async () => {
  openPage();
  globalThis.fetch = () => Promise.reject(new TypeError("Failed to fetch"));

  await assert.rejects(getJson("/api/nests"), { error: "offline" });
});

test("a line that breaks in the middle of an answer is no other thing", async () => {
  openPage();
  const headers = new Map([["Content-Type", "application/json"]]);
  const json = () => Promise.reject(new TypeError("Failed to fetch"));
  globalThis.fetch = async () => ({ ok: true, headers, json });

  await assert.rejects(getJson("/api/nests"), { error: "offline" });
});

test("a question that was let go of is not a refusal", async () => {
  openPage();
  stubServer({ "/api/nests": {} });
  const question = new AbortController();
  const answer = getJson("/api/nests", question);

  question.abort();

  await assert.rejects(answer, { name: "AbortError" });
});
