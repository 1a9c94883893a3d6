// Keeps the shell at hand: styles, scripts, icons and the page for being offline.
// Never an answer of the API, music, a token, or a page that is somebody's own.

const SHELL = "andre-shell-2";
const OFFLINE = "/offline";
const HASHED = /\.[0-9a-f]{12}\.\w+$/u;

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (pathname.startsWith("/static/")) event.respondWith(fromShell(request, HASHED.test(pathname)));
});

// The page for being offline, with everything it is dressed in.
async function keepOfflinePage() {
  const shell = await caches.open(SHELL);
  await shell.add(OFFLINE);
  const page = await (await shell.match(OFFLINE)).text();
  const parts = [...page.matchAll(/(?:href|src)="(?<path>\/static\/[^"#]+)"/gu)];
  await shell.addAll([...new Set(parts.map(({ groups }) => groups.path))]);
}

// What is named by its content never changes; the rest is asked for first and kept for bad times.
async function fromShell(request, isHashed) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept && isHashed) return kept;
  try {
    const fresh = await fetch(request);
    if (fresh.status === 200) await shell.put(request, fresh.clone());
    return fresh;
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

async function forgetOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
}
