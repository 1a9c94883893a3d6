-- Somebody who has asked to come in is a member from now on.
--
--   needs     commit
--   keys      members door_pending
--   args      person
--
--   person  their address
--
--   Returns {"absent"} | {"approved"}

local kept = redis.call("HGET", door_pending, person)
if not kept or cjson.decode(kept).state ~= "pending" then
  return commit({ "absent" })
end
redis.call("HDEL", door_pending, person)
redis.call("SADD", members, person)
return commit({ "approved" })
