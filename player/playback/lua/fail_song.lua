-- A song cannot be played any more: it leaves, uncharged, and if it played the next one starts.
--
--   needs     stage
--   args      song_id reason
--
--   Returns {"missing"} | {"failed", rev, due}

local song = song_of(song_id)
if not song then
  return settled({ "missing" })
end

if playing.song_id == song_id then
  publish("song_failed", "timeline", '"song_id":' .. song_id .. ',"reason":' .. text(reason) .. ',"moved":[]')
  move_on("failed", now, playing.play_state)
else
  forget(song_id)
  local moved = song.auto == "1" and {} or chain(song.user)
  publish("song_failed", "queue", '"song_id":' .. song_id .. ',"reason":' .. text(reason) .. "," .. moves(moved))
end
relock()
local due_text = keep_playback()
return settled({ "failed", redis.call("GET", rev), due_text })
