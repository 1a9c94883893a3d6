-- Give a nest life, without which no script writes to it. Opening a living nest changes nothing.
--
--   needs     clock
--   keys      life epoch last_activity admitted
--   args      generation creator settings
--
--   creator   is let in at once; empty: nobody built it
--   settings  JSON, name of a setting -> its text; what is left out is as the house has it
--
--   Returns {"alive"} | {"opened"}

if redis.call("EXISTS", life) == 1 then
  return { "alive" }
end
local opened_ms = string.format("%.0f", now)
redis.call("HSET", life, "generation", generation, "control_mode", "open", "empty_since_ms", opened_ms)
for name, value in pairs(cjson.decode(settings)) do
  redis.call("HSET", life, name, value)
end
redis.call("SET", epoch, generation)
redis.call("SET", last_activity, opened_ms)
note_time()
if creator ~= "" then
  redis.call("SADD", admitted, creator)
end
return { "opened" }
