-- Cheer for a song that waits or plays, or take the cheer back.
--
--   needs     command commit events freehorn jams json moments songs
--   keys      people rev
--   prefixes  jams
--   args      song_id face
--
--   face  the one who cheers, as the wire has them, as JSON
--
--   Returns {"missing"} | {"toggled", rev, "1" | ""}

local song = read_song(song_id)
if not song or (song.status ~= "queued" and song.status ~= "playing") then
  return commit({ "missing" })
end

redis.call("HSET", people, user, face)
local jams = jams_prefix .. song_id
local jammed = redis.call("ZREM", jams, user) == 0
local at = next_moment(jams)
if jammed then
  redis.call("ZADD", jams, number(at), user)
  award_freehorn(song)
end
publish("jam_toggled", "queue", '"song_id":' .. song_id .. "," .. actor_field() .. ',"jammed":' .. (jammed and "true" or "false")
  .. ',"jam":' .. jam_json(song, user, at))
return commit({ "toggled", redis.call("GET", rev), jammed and "1" or "" })
