// What a listener may ask for: one function per command of andre/protocol/commands.py.

// lengths: what players/lengths.js measured of tracks whose length nobody tells, URI -> ms.
// again: also what has just played.
export const addSongs = (uris, lengths = {}, again = false) => ({
  type: "add_songs",
  uris,
  ...withLengths({ lengths }),
  ...(again && { again }),
});
export const removeSong = (songId) => ({ type: "remove_song", song_id: songId });
// before: the id of the song it is to stand before; null: behind all.
export const moveSong = (songId, before) => ({ type: "move_song", song_id: songId, before });
export const approveSong = (songId) => ({ type: "approve_song", song_id: songId });
export const refuseSong = (songId) => ({ type: "refuse_song", song_id: songId });
export const clearQueue = () => ({ type: "clear_queue" });
export const undo = (token) => ({ type: "undo", undo_token: token });
export const castVote = (songId, direction) => ({ type: "cast_vote", song_id: songId, direction });
export const toggleJam = (songId) => ({ type: "toggle_jam", song_id: songId });
export const addComment = (songId, text) => ({ type: "add_comment", song_id: songId, text });
export const blowAirhorn = (name) => ({ type: "blow_airhorn", name });
// mentions: ids of people.
export const sendChatMessage = (text, { songId = null, mentions = [] } = {}) => ({
  type: "send_chat_message",
  text,
  ...(songId !== null && { song_id: songId }),
  ...(mentions.length && { mentions }),
});
export const play = (positionMs = null) => ({ type: "play", ...withPosition(positionMs) });
export const pause = (positionMs = null) => ({ type: "pause", ...withPosition(positionMs) });
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
// person: the id of a member.
export const nameDj = (person) => ({ type: "name_dj", person });
// device, tab: as of core/this_device.js; null: none. ifFree: not if another one sounds.
export const chooseSpeaker = (device, tab = null, ifFree = false) => ({
  type: "choose_speaker",
  device,
  ...(tab && { tab }),
  ...(ifFree && { if_free: true }),
});
export const changePreferences = (preferences) => ({ type: "change_preferences", ...preferences });
export const muteListener = (person, reason) => ({ type: "mute_listener", person, reason });
export const unmuteListener = (person) => ({ type: "unmute_listener", person });
export const kickListener = (person, reason) => ({ type: "kick_listener", person, reason });
export const banListener = (person, reason) => ({ type: "ban_listener", person, reason });
export const unbanListener = (person) => ({ type: "unban_listener", person });
export const approveListener = (person) => ({ type: "approve_listener", person });
export const refuseListener = (person) => ({ type: "refuse_listener", person });
export const probeClock = (t0) => ({ type: "probe_clock", t0 });
export const beat = (rev) => ({ type: "beat", rev });
export const reportProgress = (event, songId, positionMs, durationMs) => ({
  type: "report_progress",
  event,
  song_id: songId,
  position_ms: positionMs,
  duration_ms: durationMs,
});
export const reportSync = (errorMs) => ({ type: "report_sync", error_ms: errorMs });
export const reportPlaybackFailure = (songId, reason, positionMs) => ({
  type: "report_playback_failure",
  song_id: songId,
  reason,
  position_ms: Math.round(positionMs),
});

function withLengths({ lengths }) {
  return Object.keys(lengths).length ? { lengths } : {};
}

function withPosition(positionMs) {
  return positionMs === null ? {} : { position_ms: Math.round(positionMs) };
}
