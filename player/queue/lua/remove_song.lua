-- Take one song out of the queue; its person's later songs move up, exactly by its time. One that
-- waits for approval goes, too, and cannot be brought back.
--
--   needs     command commit events fair_queue forget_song next_song proposals save_playback songs
--   needs     undo_memory
--   keys      rev
--   args      song_id may_remove_all undo_token
--
--   may_remove_all  "1" for those who may remove what others added
--
--   Returns {"missing"} | {"forbidden"} | {"withdrawn", rev} | {"removed", rev, undo_token, due...}

local song = read_song(song_id)
if not song or (song.status ~= "queued" and song.status ~= "waiting") then
  return commit({ "missing" })
end
if song.user ~= user and may_remove_all ~= "1" and song.auto ~= "1" then
  return commit({ "forbidden" })
end
if song.status == "waiting" then
  forget_proposal(song)
  publish("song_removed", "queue", '"song_id":' .. song_id .. "," .. actor_field() .. "," .. moved_member({}))
  return commit({ "withdrawn", redis.call("GET", rev) })
end

save_for_undo({ song }, undo_token)
forget_song(song_id)
local moved = song.auto == "1" and {} or chain_tags(song.user)
publish("song_removed", "queue", '"song_id":' .. song_id .. "," .. actor_field() .. "," .. moved_member(moved))
update_lock()

return commit({ "removed", redis.call("GET", rev), undo_token, save_playback() })
