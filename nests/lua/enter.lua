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
local first = redis.call("SADD", members, user) == 1
if first then
  note_presence(user, "joined")
end
local woken = redis.call("HDEL", life, "empty_since_ms") == 1
return settled({ "entered", first and "first" or "again", woken and "woken" or "" })
