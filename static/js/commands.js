// What a listener may ask for: one function per command of andre/protocol/commands.py.

// lengths: what players/lengths.js measured of tracks whose length nobody tells, URI -> ms.
// again: also what has just played.
export const addSongs = (uris, lengths = {}, again = false) => ({
  type: "add_songs",
  uris,
  ...told({ lengths }),
  ...(again && { again }),
});
export const removeSong = (songId) => ({ type: "remove_song", song_id: songId });
export const clearQueue = () => ({ type: "clear_queue" });
export const undo = (token) => ({ type: "undo", undo_token: token });
export const castVote = (songId, direction) => ({ type: "cast_vote", song_id: songId, direction });
export const toggleJam = (songId) => ({ type: "toggle_jam", song_id: songId });
export const addComment = (songId, text) => ({ type: "add_comment", song_id: songId, text });
export const blowAirhorn = (name) => ({ type: "blow_airhorn", name });
export const play = (positionMs = null) => ({ type: "play", ...at(positionMs) });
export const pause = (positionMs = null) => ({ type: "pause", ...at(positionMs) });
export const toggle = () => ({ type: "toggle" });
export const seek = (positionMs) => ({ type: "seek", position_ms: Math.round(positionMs) });
// songId: the song that is meant, so that two presses at one moment are one.
export const skip = (songId) => ({ type: "skip", song_id: songId });
export const previous = (songId) => ({ type: "previous", song_id: songId });
export const setOptions = (options) => ({ type: "set_options", ...options });
export const setVolume = (volume) => ({ type: "set_volume", volume });
export const queuePreview = (track) => ({ type: "queue_preview", track });
export const filterPreview = (track) => ({ type: "filter_preview", track });
export const changeNestSettings = (settings) => ({ type: "change_nest_settings", ...settings });
export const probeClock = (t0) => ({ type: "probe_clock", t0 });
export const beat = (rev) => ({ type: "beat", rev });
export const reportSync = (errorMs) => ({ type: "report_sync", error_ms: errorMs });
export const reportPlaybackFailure = (songId, reason, positionMs) => ({
  type: "report_playback_failure",
  song_id: songId,
  reason,
  position_ms: Math.round(positionMs),
});

function told({ lengths }) {
  return Object.keys(lengths).length ? { lengths } : {};
}

function at(positionMs) {
  return positionMs === null ? {} : { position_ms: Math.round(positionMs) };
}
