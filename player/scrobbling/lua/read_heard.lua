-- What plays here at this moment, and how long it has sounded since it began. Writes nothing.
--
--   needs     guard json playback_state songs
--   keys      listeners
--   args      listener
--
--   Returns {"heard", song id or "", when it began, ms it has sounded, duration, track or "", title,
--   artist, album, "1" where the listener is here}

local song = playing.song_id ~= "" and read_song(playing.song_id) or { trackid = "", title = "", artist = "", album = "" }
local since = is_playing() and math.max(0, math.min(now, playing.ends_at_ms) - playing.changed_at_ms) or 0

return {
  "heard", playing.song_id, number(playing.started_ms), number(math.floor(playing.heard_ms + since)),
  number(playing.duration_ms), song.trackid, song.title, song.artist, song.album,
  redis.call("SISMEMBER", listeners, listener) == 1 and "1" or "",
}
