-- End the playing song now. While paused, the next one stands paused at its beginning.
--
--   needs     stage
--   args      song_id
--
--   song_id  the song that is meant; empty: whichever plays
--
--   Returns {"unchanged", rev} | {"skipped", rev, due}

if playing.song_id == "" or (song_id ~= "" and song_id ~= playing.song_id) then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end

move_on("skipped", now, playing.play_state)
relock()
local due_text = keep_playback()

return settled({ "skipped", redis.call("GET", rev), due_text })
