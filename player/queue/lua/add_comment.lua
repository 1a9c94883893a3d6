-- Say something about a song that waits or plays.
--
--   needs     command commit events json moments songs
--   keys      people rev
--   prefixes  comments
--   args      song_id comment most face
--
--   comment  {"id", "name", "picture", "is_guest", "text"} as JSON without the closing brace
--   most     how many comments a song may have
--
--   Returns {"missing"} | {"full"} | {"added", rev}

local song = read_song(song_id)
if not song or (song.status ~= "queued" and song.status ~= "playing") then
  return commit({ "missing" })
end
local comments = comments_prefix .. song_id
if redis.call("ZCARD", comments) >= tonumber(most) then
  return commit({ "full" })
end

redis.call("HSET", people, user, face)
local at = number(next_moment(comments))
local said = comment .. ',"at_ms":' .. at .. "}"
redis.call("ZADD", comments, at, said)
publish("comment_added", "queue", '"song_id":' .. song_id .. ',"comment":' .. said)
return commit({ "added", redis.call("GET", rev) })
