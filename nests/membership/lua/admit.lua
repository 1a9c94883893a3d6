-- The door lets somebody in who has no connection yet. Whoever is in already stays so.
--
--   needs     nest
--   args
--
--   Returns {"admitted", "first" | "again"}

local first = redis.call("SADD", members, user) == 1
return settled({ "admitted", first and "first" or "again" })
