// How long a video is nobody tells without asking its player; so the page that adds it asks.

import { ask } from "../api.js";
import { createVideo } from "./video.js";

const MEASURED = "youtube:";
const WAIT_MS = 8_000;
const LOOK_EVERY_MS = 100;
const LONGEST_MS = 10_800_000;
const SHORTEST_MS = 5_000;

const known = new Map();

// {uri: ms} of those among these that can be measured here; the rest is left to the server.
export async function lengthsOf(uris) {
  const wanted = uris.filter((uri) => uri.startsWith(MEASURED));
  for (const uri of wanted.filter((each) => !known.has(each))) {
    const length = await measured(uri);
    if (length >= SHORTEST_MS && length <= LONGEST_MS) known.set(uri, length);
  }
  return Object.fromEntries(wanted.filter((uri) => known.has(uri)).map((uri) => [uri, known.get(uri)]));
}

async function measured(uri) {
  const place = document.createElement("div");
  place.className = "video-measured";
  document.body.append(place);
  const video = createVideo(place);
  try {
    const { url } = await ask(`/api/embed?${new URLSearchParams({ uri })}`);
    if (!url) return 0;
    await video.open(url);
    video.tell("mute");
    video.tell("playVideo"); // A player that has not begun knows no length.
    return await soon(() => video.lengthMs());
  } catch (refusal) {
    if (!refusal.error) throw refusal;
    return 0;
  } finally {
    video.close();
    place.remove();
  }
}

async function soon(read) {
  const end = performance.now() + WAIT_MS;
  while (!read() && performance.now() < end) {
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  return read();
}
