// Whether Bender is about: he has an idea, or something of his waits or plays.

export function isBenderPresent(nest) {
  if (!nest) return false;
  return Boolean(nest.preview) || Boolean(nest.song?.auto) || nest.queue.some((song) => song.auto);
}
