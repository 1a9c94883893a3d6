-- One connection of a person begins; the first makes a listener.
--
--   needs     command commit dj presence door
--   keys      nest_state people members door_pending
--   args      connection face entry
--
--   face   who they are on the wire, as JSON
--   entry  what they come with (see door.lua)
--
--   Returns what door.lua refuses with | {"grace_over"} where it is to be decided first what becomes of
--   the nest | {"entered", "first" | "again", "woken" | "", about DJ}

local refused = refuse_entry(entry)
if refused then
  return refused
end
if is_grace_over() then
  return { "grace_over" }
end
beat(user, connection)
redis.call("HSET", people, user, face)
redis.call("HDEL", door_pending, user)
redis.call("SADD", members, user)
local first = arrive(user)
redis.call("HSET", nest_state, "listened_in", "1")
local woken = redis.call("HDEL", nest_state, "empty_since_ms") == 1
return commit({ "entered", first and "first" or "again", woken and "woken" or "", about_dj() })
