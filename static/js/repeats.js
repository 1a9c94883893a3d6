// What has just played here may not be added again yet. The server decides; this says so before
// anybody presses.

// When the track is welcome again, in ms; null where it is welcome now.
export function welcomeAt(uri, { playedRecently }, now = Date.now()) {
  const at = playedRecently[uri];
  return at > now ? at : null;
}

// What is remembered after one more event: `nest` is as it was before it.
export function remember(playedRecently, event, nest, noRepeatMs) {
  const isOurs = event.type === "song_finished" && nest.song?.song_id === event.song_id;
  if (!isOurs || noRepeatMs === 0) return playedRecently;
  return { ...playedRecently, [nest.song.trackid]: event.ts + noRepeatMs };
}
