-- A sign of life of one listener.
--
--   needs     guard
--   prefixes  member
--   args      person seconds
--
--   seconds  for how long it holds
--
--   Returns {"alive"}

redis.call("SET", member_prefix .. person, "1", "EX", seconds)
return { "alive" }
