// How long a video is nobody tells without asking its player; so the page that adds it asks.

import { getJson } from "../core/api.js";
import { pause } from "../core/pause.js";
import { Refusal } from "../core/refusal.js";
import { VideoFrame } from "./video_frame.js";

const MEASURED = "youtube:";
const WAIT_MS = 8_000;
const LOOK_EVERY_MS = 100;
const LONGEST_MS = 10_800_000;
const SHORTEST_MS = 5_000;

const known = new Map();

// {uri: ms} of those among these that can be measured here; the rest is left to the server.
export async function measureLengths(uris) {
  const wanted = uris.filter((uri) => uri.startsWith(MEASURED));
  for (const uri of wanted.filter((each) => !known.has(each))) {
    const length = await measureVideo(uri);
    if (length >= SHORTEST_MS && length <= LONGEST_MS) known.set(uri, length);
  }
  return Object.fromEntries(wanted.filter((uri) => known.has(uri)).map((uri) => [uri, known.get(uri)]));
}

async function measureVideo(uri) {
  const place = document.createElement("div");
  place.className = "video-measured";
  document.body.append(place);
  const video = new VideoFrame(place);
  try {
    const { url } = await getJson(`/api/embed?${new URLSearchParams({ uri })}`);
    if (!url) return 0;
    await video.open(url);
    video.command("mute");
    video.command("playVideo"); // A player that has not begun knows no length.
    return await waitUntilKnown(() => video.lengthMs());
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return 0; // The server will say what it knows, or refuse the video.
  } finally {
    video.close();
    place.remove();
  }
}

async function waitUntilKnown(read) {
  const end = performance.now() + WAIT_MS;
  while (!read() && performance.now() < end) await pause(LOOK_EVERY_MS);
  return read();
}
