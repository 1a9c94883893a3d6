-- Give a nest life, without which no script writes to it. Opening a living nest changes nothing.
--
--   needs     clock
--   keys      nest_state epoch last_activity members
--   args      generation creator creator_id creator_name settings ids_version
--
--   creator   is let in at once, and the DJ where it has one; empty: nobody built it
--   settings  JSON, name of a setting -> its text; what is left out is as the server has it
--
--   Returns {"alive"} | {"opened"}

if redis.call("EXISTS", nest_state) == 1 then
  return { "alive" }
end
local opened_ms = string.format("%.0f", now)
redis.call("HSET", nest_state, "generation", generation, "empty_since_ms", opened_ms, "ids_version",
  ids_version)
for name, value in pairs(cjson.decode(settings)) do
  redis.call("HSET", nest_state, name, value)
end
redis.call("SET", epoch, generation)
redis.call("SET", last_activity, opened_ms)
note_time()
if creator ~= "" then
  redis.call("SADD", members, creator)
  redis.call("HSET", nest_state, "dj", creator, "dj_id", creator_id, "dj_name", creator_name)
end
return { "opened" }
