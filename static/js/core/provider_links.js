// Where music comes from: what people call it, and the page of a song there.

const PAGES = {
  spotify: (kind, id) => `https://open.spotify.com/${kind}/${id}`,
  youtube: (_, id) => `https://www.youtube.com/watch?v=${id}`,
};

// Whose recordings come from Andre itself, wherever they lie: pages play them without anybody's player.
const OURS = new Set(["library", "subsonic", "jellyfin"]);

let titles = null;

export function isOurs({ src }) {
  return OURS.has(src);
}

export function nameProvider(provider) {
  titles ??= JSON.parse(document.body.dataset.titles);
  return titles[provider] ?? provider;
}

// Of a song's address, as its provider's own people know it; null for what has no such page.
export function linkToProvider(uri) {
  const [provider, kind, id] = uri.split(":");
  return PAGES[provider]?.(kind, encodeURIComponent(id)) ?? null;
}
