-- A song that waits for approval gets no turn.
--
--   needs     commit events proposals songs
--   keys      rev
--   args      song_id
--
--   Returns {"missing"} | {"refused", rev}

local song = read_song(song_id)
if not song or song.status ~= "waiting" then
  return commit({ "missing" })
end

forget_proposal(song)
publish("song_refused", "queue", '"song_id":' .. song_id .. "," .. actor_field())
return commit({ "refused", redis.call("GET", rev) })
