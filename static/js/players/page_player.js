// What sounds on a page: its player, its airhorns, and the speaker that both of them share.

import { postJson } from "../core/api.js";
import { pause } from "../core/pause.js";
import { AirhornPlayer } from "./airhorn_sounds.js";
import { Players } from "./players.js";
import { createSpeaker } from "./speaker.js";
import { StreamQuality } from "./stream_quality.js";

const ASK_AGAIN_MS = 1_500;
const PATIENCE_MS = 9_000; // Encoding a song takes some seconds; longer than this nobody waits for it.
const TRIM_KEY = "andre.trim_ms";

// `place`, `account`, `mixes` and `tell` as of Players; `hasEncodings`: whether the server makes any.
// `mayFetch()` resolves once it is decided which device of the listener sounds.
export function createPagePlayer({ store, clock, hasEncodings = false, mayFetch = async () => {}, ...options }) {
  const trim = () => Number(localStorage.getItem(TRIM_KEY) ?? 0);
  const speaker = createSpeaker({ local: clock.local });
  const airhorns = new AirhornPlayer({ clock, speaker, trim });
  const quality = new StreamQuality({ isOffered: hasEncodings });
  const fetchMedia = async (song, wished) => {
    await mayFetch();
    return fetchAddress({ track: song.trackid, quality: wished, ...store.state().here });
  };
  const player = new Players({ store, clock, speaker, fetchMedia, trim, quality, ...options });
  store.subscribe(() => player.look());
  return { player, speaker, airhorns, trim, quality };
}

// The encoding that was asked for as soon as it is made; the recording itself where that takes long.
async function fetchAddress(wish) {
  const end = performance.now() + PATIENCE_MS;
  let media = await askForMedia(wish);
  while (media.preparing && performance.now() < end) {
    await pause(ASK_AGAIN_MS);
    media = await askForMedia(wish);
  }
  return { url: media.url, expires_at_ms: Number(media.expires_at), quality: media.quality };
}

function askForMedia(wish) {
  return postJson(`/api/nests/${window.NEST_CODE}/media-token`, wish);
}
