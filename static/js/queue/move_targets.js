// Where a song of the queue can go: functions of what is shown.

// The song before which `songId` stands after one of these steps among `songs`; null: behind all of them;
// undefined: it stands there already.
export function findTarget(step, songId, songs) {
  const at = songs.findIndex((song) => song.song_id === songId);
  const last = songs.length - 1;
  const targets = {
    top: at > 0 ? 0 : -1,
    up: at > 0 ? at - 1 : -1,
    down: at < last ? at + 2 : -1,
    end: at < last ? songs.length : -1,
  };
  if (targets[step] === -1) return undefined;
  return songs[targets[step]]?.song_id ?? null;
}

// What is said once it has moved.
export function describeMove(songId, queue) {
  const at = queue.findIndex((song) => song.song_id === songId);
  return at === -1 ? "" : `“${queue[at].title}” is now number ${at + 1} of ${queue.length}.`;
}
