// Arithmetic of the nest's playback, in ms of the nest's clock.

const LONG_MS = 1_200_000; // Audio books, mixes, episodes; a song is begun anew gladly.

export function isLong(song) {
  return song.duration_ms >= LONG_MS;
}

export function computePosition(playback, now) {
  if (!playback.is_playing) return playback.position_ms;

  return clamp(playback.duration_ms - (playback.ends_at_ms - now), 0, playback.duration_ms);
}

// When each queued song is expected to start, if nobody changes anything; null while paused.
export function computeStartTimes(queue, playback) {
  if (!playback.is_playing) return queue.map(() => null);

  let next = playback.ends_at_ms;
  return queue.map((song) => {
    const start = next;
    next += song.duration_ms;
    return start;
  });
}

export function orderUpNext(queue, lockedSongId) {
  const locked = queue.filter((song) => song.song_id === lockedSongId);
  return [...locked, ...queue.filter((song) => song.song_id !== lockedSongId)];
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
