-- The door lets somebody in who has no connection yet. Whoever is in already stays so.
--
--   needs     command commit dj door
--   keys      members people door_pending
--   args      face entry
--
--   face   who they are on the wire, as JSON
--   entry  what they come with (see door.lua)
--
--   Returns what door.lua refuses with | {"grace_over"} where it is to be decided first what becomes of
--   the nest | {"admitted", "first" | "again"}

local refused = refuse_entry(entry)
if refused then
  return refused
end
if is_grace_over() then
  return { "grace_over" }
end
redis.call("HSET", people, user, face)
redis.call("HDEL", door_pending, user)
local first = redis.call("SADD", members, user) == 1
return commit({ "admitted", first and "first" or "again" })
