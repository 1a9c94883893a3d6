// The page's first connection is opened under the name that its modules go by.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

import { identifyDevice } from "../../../static/js/core/this_device.js";

const SCRIPT = readFileSync(new URL("../../../static/js/core/early_socket.js", import.meta.url), "utf8");

test("modules take over the device and the tab that the early socket named", () => {
  const kept = new Map();
  const opened = [];
  const window = {};
  globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  globalThis.window = window;
  vm.runInNewContext(SCRIPT, {
    window,
    URL,
    crypto: globalThis.crypto,
    localStorage: globalThis.localStorage,
    location: { href: "https://andre.example/nest/X7K2P" },
    document: { currentScript: { dataset: { path: "/socket/X7K2P" } } },
    WebSocket: class {
      constructor(url) {
        opened.push(new URL(url));
      }
    },
  });

  const here = identifyDevice();

  assert.equal(opened[0].pathname, "/socket/X7K2P");
  assert.deepEqual(Object.fromEntries(opened[0].searchParams), { device: here.device, tab: here.tab });
  assert.equal(kept.get("andre.device"), here.device);
});
