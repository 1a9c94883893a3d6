-- Say something about a song that waits or plays.
--
--   needs     stage
--   args      song_id comment most face
--
--   comment  {"email", "name", "picture", "text"} as JSON without the closing brace
--   most     how many comments a song may have
--
--   Returns {"missing"} | {"full"} | {"added", rev}

local song = song_of(song_id)
if not song or (song.status ~= "queued" and song.status ~= "playing") then
  return settled({ "missing" })
end
local comments = comments_prefix .. song_id
if redis.call("ZCARD", comments) >= tonumber(most) then
  return settled({ "full" })
end

redis.call("HSET", people, user, face)
local at = number(after_the_last(comments))
local said = comment .. ',"at_ms":' .. at .. "}"
redis.call("ZADD", comments, at, said)
publish("comment_added", "queue", '"song_id":' .. song_id .. ',"comment":' .. said)
return settled({ "added", redis.call("GET", rev) })
