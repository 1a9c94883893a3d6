-- Take every song out of the queue; what plays goes on.
--
--   needs     commit events forget_song next_song queued_ids save_playback songs
--   needs     undo_memory
--   keys      rev
--   args      undo_token
--
--   Returns {"unchanged", rev} | {"cleared", rev, undo_token, due...}

local songs = {}
for place, id in ipairs(queued_ids()) do
  songs[place] = read_song(id)
end
if #songs == 0 then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

save_for_undo(songs, undo_token)
for _, song in ipairs(songs) do
  forget_song(song.song_id)
end
publish("queue_cleared", "queue", actor_field())
update_lock()

return commit({ "cleared", redis.call("GET", rev), undo_token, save_playback() })
