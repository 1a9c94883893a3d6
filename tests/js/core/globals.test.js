// N28: the page says which nest it is in, under the names that other scripts look for.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../../static/js/core/globals.js", import.meta.url), "utf8");

function globalsOf(dataset) {
  const window = {};
  vm.runInNewContext(SOURCE, { document: { body: { dataset } }, window });
  return window;
}

test("the Main Nest's page says so", () => {
  const page = globalsOf({ nestId: "main", nestCode: "main", nestName: "Main", isMainNest: "true" });

  assert.deepEqual({ ...page }, {
    NEST_ID: "main",
    NEST_CODE: "main",
    NEST_NAME: "Main",
    IS_MAIN_NEST: true,
  });
});

test("any other nest's page says that it is not the Main Nest", () => {
  const page = globalsOf({ nestId: "X7K2P", nestCode: "X7K2P", nestName: "X", isMainNest: "false" });

  assert.equal(page.IS_MAIN_NEST, false);
});
