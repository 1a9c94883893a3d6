-- Keep how far one device's sound is from the nest's clock.
--
--   needs     nest
--   keys      sync
--   args      error_ms
--
--   Returns {"kept"}

redis.call("HSET", sync, user, error_ms .. ":" .. number(now))
remember({ "kept" })
return { "kept" }
