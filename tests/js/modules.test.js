// How our modules may know each other: the hashing of static files needs it, and so do readers.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../static/js/", import.meta.url);
const IMPORT = /^import[^"]*"(?<from>[^"]+)"(?<end>;?)$/gmu;
const LOADED_LATER = /\bimport\("(?<from>[^"]+)"\)/gu;
const CLASSIC = new Set(["core/early_socket.js", "core/globals.js", "settings/display_preferences.js", "service_worker.js"]);

const ENTRIES = ["nest_page.js", "wall_page.js", "lobby_page.js", "entrance_page.js", "waiting_page.js", "code_sign_in_page.js", "console_page.js"];

const modules = readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js") && !CLASSIC.has(name));

function importsOf(name) {
  const here = new URL(name, ROOT);
  const text = readFileSync(here, "utf8");
  return [...text.matchAll(IMPORT)].map(({ groups }) => ({
    name: new URL(groups.from, here).href.replace(ROOT.href, ""),
    ends: groups.end === ";",
  }));
}

function loadedLaterBy(name) {
  const here = new URL(name, ROOT);
  return [...readFileSync(here, "utf8").matchAll(LOADED_LATER)].map(({ groups }) => ({
    name: new URL(groups.from, here).href.replace(ROOT.href, ""),
  }));
}

test("every import names a file of ours and ends in a semicolon", () => {
  for (const name of modules) {
    for (const found of importsOf(name)) {
      assert.ok(found.ends, `${name}: ${found.name}`);
      assert.ok(modules.includes(found.name), `${name}: ${found.name}`);
    }
    for (const found of loadedLaterBy(name)) assert.ok(modules.includes(found.name), `${name}: ${found.name}`);
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

// Style rule 15. A view is a module that mounts itself; only the pages put views together.
test("no view knows another", () => {
  const views = modules.filter((name) => /^export function mount/mu.test(readFileSync(new URL(name, ROOT), "utf8")));

  assert.ok(views.length > 20);
  for (const name of modules.filter((each) => !ENTRIES.includes(each))) {
    assert.deepEqual(importsOf(name).filter((found) => views.includes(found.name)), [], name);
  }
});

test("every module is reached from a page's own", () => {
  const reached = new Set();
  const walk = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    [...importsOf(name), ...loadedLaterBy(name)].forEach((found) => walk(found.name));
  };

  ENTRIES.forEach(walk);

  assert.deepEqual(modules.filter((name) => !reached.has(name)), []);
});
