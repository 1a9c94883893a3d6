// H5: what is shown to bring somebody along lets them in.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountBringAlong } from "../../../static/js/nest/bring_along.js";
import { openPage, part, settle, stubServer, welcomedStore } from "../page.js";

async function open({ invites = true, guests = true, isMain = false, queued = 0, qr = "<svg>invitation</svg>" } = {}) {
  const page = openPage("player/_queue.html");
  stubServer({ "/api/nests/X7K2P/invitation": { url: qr && "http://192.168.1.2:8000/join#secret", qr } });
  const store = welcomedStore((message) => {
    Object.assign(message.snapshot.nest, { guests, is_main: isMain });
    message.snapshot.queue = message.snapshot.queue.slice(0, queued);
    return message;
  });
  const root = page.at("bring-along");
  if (!invites) root.removeAttribute("data-invites");
  mountBringAlong(root, store);
  await settle();
  return { root, source: part(root, "qr").src ?? "", says: part(root, "label").textContent, code: part(root, "code") };
}

test("whoever looks after guests shows the invitation, in the Main Nest, too", async () => {
  for (const isMain of [false, true]) {
    const { root, source, says, code } = await open({ isMain });

    assert.equal(root.hidden, false);
    assert.match(source, /^data:image\/svg\+xml,.*invitation/u);
    assert.match(says, /types a name and is in/u);
    assert.equal(code.hidden, true);
  }
});

test("where guests are off, and for everybody else, it is the code, which needs an account", async () => {
  for (const { root, source, code } of [await open({ guests: false }), await open({ invites: false })]) {
    assert.equal(root.hidden, false);
    assert.match(source, /qr\.svg$/u);
    assert.equal(code.hidden, false);
  }
});

test("nothing is shown while something is queued, nor an invitation that is closed", async () => {
  assert.equal((await open({ queued: 1 })).root.hidden, true);
  assert.equal((await open({ qr: null })).root.hidden, true);
  assert.equal((await open({ guests: false, isMain: true })).root.hidden, true);
});
