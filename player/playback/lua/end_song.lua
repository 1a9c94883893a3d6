-- A device has come to the end of the playing song, in its last seconds: the next one starts.
--
--   needs     commit advance_playback clock next_song playback_state save_playback
--   keys      rev
--   args      song_id is_sounding
--
--   is_sounding  "1" where the device is the one of its listener that sounds
--
--   Returns {"not_active_speaker"} | {"unchanged", rev} | {"ended", rev, due...}

local LAST_STRETCH_MS = 3000

if is_sounding ~= "1" then
  return commit({ "not_active_speaker" })
end
local is_over = is_playing() and position() >= playing.duration_ms - LAST_STRETCH_MS
if playing.song_id ~= song_id or not is_over then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

advance_playback("played", now, "playing")
update_lock()

return commit({ "ended", redis.call("GET", rev), save_playback() })
