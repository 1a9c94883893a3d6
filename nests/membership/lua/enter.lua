-- One connection of a person begins; the first makes a listener.
--
--   needs     room
--   args      connection face
--
--   face  {"name", "picture"} as JSON
--
--   Returns {"entered", "first" | "again", "woken" | ""}

beat(user, connection)
redis.call("HSET", people, user, face)
redis.call("SADD", members, user)
local first = arrive(user)
local woken = redis.call("HDEL", nest_state, "empty_since_ms") == 1
return settled({ "entered", first and "first" or "again", woken and "woken" or "" })
