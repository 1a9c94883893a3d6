-- A song cannot be played any more: it leaves, uncharged, and if it played the next one starts. One
-- that waits for approval has no turn to lose.
--
--   needs     commit advance_playback clock events fair_queue forget_song json next_song
--   needs     playback_state save_playback songs
--   keys      rev
--   args      song_id reason
--
--   Returns {"missing"} | {"failed", rev, due...}

local song = read_song(song_id)
if not song or song.status == "waiting" then
  return commit({ "missing" })
end

if playing.song_id == song_id then
  publish("song_failed", "timeline", '"song_id":' .. song_id .. ',"reason":' .. text(reason) .. ',"moved":[]')
  advance_playback("failed", now, playing.play_state)
else
  forget_song(song_id)
  local moved = song.auto == "1" and {} or chain_tags(song.user)
  publish("song_failed", "queue", '"song_id":' .. song_id .. ',"reason":' .. text(reason) .. "," .. moved_member(moved))
end
update_lock()
return commit({ "failed", redis.call("GET", rev), save_playback() })
