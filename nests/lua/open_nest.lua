-- Give a nest life, without which no script writes to it. Opening a living nest changes nothing.
--
--   keys      life epoch last_activity admitted
--   args      generation creator settings handed_now
--
--   creator   is let in at once; empty: nobody built it
--   settings  JSON, name of a setting -> its text; what is left out is as the house has it
--
--   Returns {"alive"} | {"opened"}

if redis.call("EXISTS", life) == 1 then
  return { "alive" }
end
local now = handed_now
if now == "" then
  local time = redis.call("TIME")
  now = string.format("%.0f", tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
end
redis.call("HSET", life, "generation", generation, "control_mode", "open", "empty_since_ms", now)
for name, value in pairs(cjson.decode(settings)) do
  redis.call("HSET", life, name, value)
end
redis.call("SET", epoch, generation)
redis.call("SET", last_activity, now)
if creator ~= "" then
  redis.call("SADD", admitted, creator)
end
return { "opened" }
