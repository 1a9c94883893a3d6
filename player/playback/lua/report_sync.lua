-- Keep how far one device's sound is from the nest's clock.
--
--   needs     command clock json
--   keys      sync
--   args      error_ms
--
--   Returns {"saved"}

redis.call("HSET", sync, user, error_ms .. ":" .. number(now))
remember({ "saved" })
return { "saved" }
