-- Take every song out of the queue; what plays goes on.
--
--   needs     stage
--   args      undo_token
--
--   Returns {"unchanged", rev} | {"cleared", rev, due, undo_token}

local songs = {}
for place, id in ipairs(queued_ids()) do
  songs[place] = song_of(id)
end
if #songs == 0 then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end

keep_for_undo(songs, undo_token)
for _, song in ipairs(songs) do
  forget(song.song_id)
end
publish("queue_cleared", "queue", '"user":' .. text(user))
relock()
local due_text = keep_playback()

return settled({ "cleared", redis.call("GET", rev), due_text, undo_token })
