-- Move one key of an old installation, all of it or nothing.
--
--   keys      source destination old_song new_song
--   args      of_song is_votes
--
--   of_song   "1": it belongs to a song, and goes nowhere if another song has taken that number
--   is_votes  "1": a set of addresses, each a vote up, becomes a hash
--
--   Returns {"missing"} | {"conflict"} | {"moved"}

if redis.call("EXISTS", source) == 0 then
  return { "missing" }
end
if redis.call("EXISTS", destination) == 1 then
  return { "conflict" }
end
if of_song == "1" and redis.call("EXISTS", old_song) + redis.call("EXISTS", new_song) == 2 then
  return { "conflict" }
end

local ttl = math.max(0, redis.call("PTTL", source))
if is_votes == "1" and redis.call("TYPE", source).ok == "set" then
  for _, person in ipairs(redis.call("SMEMBERS", source)) do
    redis.call("HSET", destination, person, "1")
  end
  if ttl > 0 then
    redis.call("PEXPIRE", destination, ttl)
  end
else
  redis.call("RESTORE", destination, ttl, redis.call("DUMP", source))
end
redis.call("DEL", source)
return { "moved" }
