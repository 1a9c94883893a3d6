// Examples of the wire and a story's small helpers, shared by the tests of the page.

import { readFileSync, readdirSync } from "node:fs";

const WIRE = new URL("../wire/", import.meta.url);

export function wire(type) {
  return JSON.parse(readFileSync(new URL(`${type}.json`, WIRE)));
}

export function wireTypes() {
  return readdirSync(WIRE).map((name) => name.replace(".json", ""));
}

export const ALICE = "a11ce0a11ce0a11ce0a11ce0a11ce0a1";
export const BOB = "b0bb0bb0bb0bb0bb0bb0bb0bb0bb0bb0";
