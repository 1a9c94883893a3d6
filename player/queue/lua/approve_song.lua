-- A song that waits for approval gets its turn. Whoever approves it knows what was played, so nothing
-- has to rest; where it has no place it goes on waiting.
--
--   needs     commit enqueue events queued_ids songs
--   keys      rev proposals
--   prefixes  song
--   args      song_id limits
--
--   limits  JSON, what enqueue.lua asks of each
--
--   Returns {"missing"} | {"refused", the rejected one as JSON} | {"approved", rev, song id, due...}

local song = read_song(song_id)
if not song or song.status ~= "waiting" then
  return commit({ "missing" })
end

local member = queue_member(song_id)
local since = redis.call("ZSCORE", proposals, member)
redis.call("ZREM", proposals, member)
local due = { add({ song }, cjson.decode(limits)) }
if #ids == 0 then
  redis.call("ZADD", proposals, since, member)
  return commit({ "refused", rejected[1] })
end

redis.call("DEL", song_prefix .. song_id)
publish("song_approved", "queue", '"song_id":' .. song_id .. "," .. actor_field())
return commit({ "approved", redis.call("GET", rev), ids[1], unpack(due) })
