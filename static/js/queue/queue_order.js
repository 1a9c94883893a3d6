// What waits, in the order it is expected to play: functions of the store alone.

import { formatCount, formatDuration } from "../core/format.js";
import { computeStartTimes, orderUpNext } from "../playback/timeline.js";

// What plays next first, without what I have just taken out, and with what I move in its new place.
export function readShownQueue({ nest, pending }) {
  const queue = nest.queue.filter((song) => !pending.removals[song.song_id]);
  return orderUpNext(moveSongs(queue, pending.moves), nest.playback.locked_song_id);
}

function moveSongs(queue, moves) {
  return Object.entries(moves).reduce((order, [songId, before]) => {
    const moved = order.find((song) => song.song_id === Number(songId));
    if (!moved) return order;
    const others = order.filter((song) => song !== moved);
    const at = others.findIndex((song) => song.song_id === before);
    return others.toSpliced(at === -1 ? others.length : at, 0, moved);
  }, queue);
}

// How a song stands in the queue: what `explainPlace` wants to know besides it.
export function readPlace(songId, state, people) {
  const { nest, you } = state;
  const queue = readShownQueue(state);
  const at = queue.findIndex((song) => song.song_id === songId);
  const seconds = queue.slice(0, at).reduce((sum, song) => sum + song.duration_ms / 1000, 0);
  const startsAt = computeStartTimes(queue, nest.playback)[at];
  const isLocked = nest.playback.locked_song_id === songId;
  return { people, ahead: { songs: at, seconds }, startsAt, isLocked, isShuffled: nest.playback.shuffle, you };
}

export function summarise(queue, { shuffle, repeat_mode: mode }) {
  if (queue.length === 0) return "";
  const whole = queue.reduce((sum, song) => sum + song.duration_ms, 0);
  const length = `${formatCount(queue.length, "song", "songs")}, ${formatDuration(whole)}`;
  return [length, ...(shuffle ? ["shuffled"] : []), ...(mode === "all" ? ["repeats"] : [])].join(" · ");
}
