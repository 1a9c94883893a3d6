// How our modules may know each other: the hashing of static files needs it, and so do readers.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../static/js/", import.meta.url);
const IMPORT = /^import[^"]*"(?<from>[^"]+)"(?<end>;?)$/gmu;
const CLASSIC = new Set(["globals.js", "taste.js", "sw.js"]);

const ENTRIES = ["main.js", "wall.js", "lobby.js"];

const modules = readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js") && !CLASSIC.has(name));

function importsOf(name) {
  const here = new URL(name, ROOT);
  const text = readFileSync(here, "utf8");
  return [...text.matchAll(IMPORT)].map(({ groups }) => ({
    name: new URL(groups.from, here).href.replace(ROOT.href, ""),
    ends: groups.end === ";",
  }));
}

test("every import names a file of ours and ends in a semicolon", () => {
  for (const name of modules) {
    for (const found of importsOf(name)) {
      assert.ok(found.ends, `${name}: ${found.name}`);
      assert.ok(modules.includes(found.name), `${name}: ${found.name}`);
    }
  }
});

test("no module imports itself, by whatever way round", () => {
  const seen = new Set();
  const walk = (name, path) => {
    assert.ok(!path.includes(name), [...path, name].join(" → "));
    if (seen.has(name)) return;
    importsOf(name).forEach((found) => walk(found.name, [...path, name]));
    seen.add(name);
  };

  modules.forEach((name) => walk(name, []));
});

test("no view knows another", () => {
  for (const name of modules.filter((each) => each.startsWith("views/"))) {
    assert.deepEqual(importsOf(name).filter((found) => found.name.startsWith("views/")), [], name);
  }
});

test("every module is reached from a page's own", () => {
  const reached = new Set();
  const walk = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    importsOf(name).forEach((found) => walk(found.name));
  };

  ENTRIES.forEach(walk);

  assert.deepEqual(modules.filter((name) => !reached.has(name)), []);
});
