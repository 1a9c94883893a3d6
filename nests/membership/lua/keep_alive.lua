-- A sign of life of one listener.
--
--   needs     room
--   args      seconds
--
--   seconds  for how long it holds
--
--   Returns {"alive"}

redis.call("SET", member_prefix .. user, "1", "EX", seconds)
return { "alive" }
