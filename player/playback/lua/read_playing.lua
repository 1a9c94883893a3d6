-- What plays here at this moment, for somebody who follows it. Writes nothing.
--
--   needs     guard json playback_state songs
--   keys      listeners
--   args      listener
--
--   Returns {"playing", version, play state, song id or "", track or "", provider or "", position,
--   duration, "1" where the listener is here}

local song = playing.song_id ~= "" and read_song(playing.song_id) or { trackid = "", src = "" }

return {
  "playing", number(playing.version), playing.play_state, playing.song_id, song.trackid, song.src,
  number(math.floor(position())), number(playing.duration_ms),
  redis.call("SISMEMBER", listeners, listener) == 1 and "1" or "",
}
