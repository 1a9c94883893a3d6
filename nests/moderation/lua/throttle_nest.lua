-- Slow a nest for a while: what people do in it is counted, and refused beyond so much a minute.
--
--   needs     commit events json clock
--   keys      rev throttle
--   args      lasts_ms a_minute a_minute_each reason
--
--   Returns {"throttled", rev}

local told = '{"until_ms":' .. number(now + tonumber(lasts_ms)) .. ',"a_minute":' .. a_minute
  .. ',"a_minute_each":' .. a_minute_each .. ',"reason":' .. text(reason) .. "}"
redis.call("SET", throttle, told, "PX", lasts_ms)
publish("throttle_changed", "nest", '"throttle":' .. told)
return commit({ "throttled", redis.call("GET", rev) })
