-- Take one song out of the queue; its person's later songs move up, exactly by its time.
--
--   needs     stage
--   args      song_id may_remove_all undo_token
--
--   may_remove_all  "1" for those who may remove what others added
--
--   Returns {"missing"} | {"forbidden"} | {"removed", rev, due, undo_token}

local song = song_of(song_id)
if not song or song.status ~= "queued" then
  return settled({ "missing" })
end
if song.user ~= user and may_remove_all ~= "1" and song.auto ~= "1" then
  return settled({ "forbidden" })
end

keep_for_undo({ song }, undo_token)
forget(song_id)
local moved = song.auto == "1" and {} or chain(song.user)
publish("song_removed", "queue", '"song_id":' .. song_id .. ',"user":' .. text(user) .. "," .. moves(moved))
relock()
local due_text = keep_playback()

return settled({ "removed", redis.call("GET", rev), due_text, undo_token })
