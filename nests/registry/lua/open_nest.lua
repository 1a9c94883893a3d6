-- Give a nest life, without which no script writes to it. Opening a living nest changes nothing.
--
--   needs     clock
--   keys      nest_state epoch last_activity members
--   args      generation creator settings
--
--   creator   is let in at once; empty: nobody built it
--   settings  JSON, name of a setting -> its text; what is left out is as the house has it
--
--   Returns {"alive"} | {"opened"}

if redis.call("EXISTS", nest_state) == 1 then
  return { "alive" }
end
local opened_ms = string.format("%.0f", now)
redis.call("HSET", nest_state, "generation", generation, "control_mode", "open", "empty_since_ms", opened_ms)
for name, value in pairs(cjson.decode(settings)) do
  redis.call("HSET", nest_state, name, value)
end
redis.call("SET", epoch, generation)
redis.call("SET", last_activity, opened_ms)
note_time()
if creator ~= "" then
  redis.call("SADD", members, creator)
end
return { "opened" }
