-- Somebody who has asked to come in is sent away, and does not ask again for a while.
--
--   needs     commit clock json
--   keys      door_pending
--   args      person
--
--   person  their address
--
--   Returns {"absent"} | {"refused"}

local kept = redis.call("HGET", door_pending, person)
local face = kept and kept:match('^{"person":(.+),"at_ms":%d+,"state":"pending"}$')
if not face then
  return commit({ "absent" })
end
redis.call("HSET", door_pending, person, '{"person":' .. face .. ',"at_ms":' .. number(now) .. ',"state":"refused"}')
return commit({ "refused" })
