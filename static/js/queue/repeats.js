// What has just played here may not be added again yet. The server decides; this says so before
// anybody presses.

const MINUTE_MS = 60_000;

// When the track is welcome again, in ms; null where it is welcome now.
export function findRepeatTime(uri, { playedRecently }, now = Date.now()) {
  const at = playedRecently[uri];
  return at > now ? at : null;
}

// The same once the nest lets songs rest for another time. A small library lets them rest for less than
// the nest says, and goes on so.
export function changeRest({ noRepeatMs, playedRecently }, before, after) {
  if (before === after) return { noRepeatMs, playedRecently };
  const isBounded = noRepeatMs < before * MINUTE_MS;
  const rest = isBounded ? Math.min(noRepeatMs, after * MINUTE_MS) : after * MINUTE_MS;
  const moved = Object.entries(playedRecently).map(([uri, at]) => [uri, at + rest - noRepeatMs]);
  return { noRepeatMs: rest, playedRecently: Object.fromEntries(moved) };
}

// What is remembered after one more event: `nest` is as it was before it.
export function recordPlayed(playedRecently, event, nest, noRepeatMs) {
  const isOurs = event.type === "song_finished" && nest.song?.song_id === event.song_id;
  if (!isOurs || noRepeatMs === 0) return playedRecently;
  return { ...playedRecently, [nest.song.trackid]: event.ts + noRepeatMs };
}
