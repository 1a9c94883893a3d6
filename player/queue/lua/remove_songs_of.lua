-- Take every waiting song of one person out of the queue, and those that wait for approval; what
-- plays goes on.
--
--   needs     commit events fair_queue forget_song next_song proposals queued_ids save_playback songs
--   keys      rev
--   args      person
--
--   person    address of who added them
--
--   Returns {"removed", rev, due...}

local function publish_removed(song)
  publish("song_removed", "queue", '"song_id":' .. song.song_id .. "," .. actor_field() .. "," .. moved_member({}))
end

for _, id in ipairs(queued_ids()) do
  local song = read_song(id)
  if song.user == person and song.auto ~= "1" then
    forget_song(song.song_id)
    publish_removed(song)
  end
end
for _, song in ipairs(proposed_songs()) do
  if song.user == person then
    forget_proposal(song)
    publish_removed(song)
  end
end
update_lock()

return commit({ "removed", redis.call("GET", rev) or "0", save_playback() })
