-- Cheer for a song that waits or plays, or take the cheer back.
--
--   needs     stage
--   args      song_id face
--
--   face  {"name", "picture"} of the one who cheers, as JSON
--
--   Returns {"missing"} | {"toggled", rev, "1" | ""}

local song = song_of(song_id)
if not song or (song.status ~= "queued" and song.status ~= "playing") then
  return settled({ "missing" })
end

redis.call("HSET", people, user, face)
local jams = jams_prefix .. song_id
local jammed = redis.call("ZREM", jams, user) == 0
local at = after_the_last(jams)
if jammed then
  redis.call("ZADD", jams, number(at), user)
  earn_freehorn(song)
end
publish("jam_toggled", "queue", '"song_id":' .. song_id .. ',"user":' .. text(user) .. ',"jammed":' .. (jammed and "true" or "false")
  .. ',"jam":' .. jam_of(song, user, at))
return settled({ "toggled", redis.call("GET", rev), jammed and "1" or "" })
