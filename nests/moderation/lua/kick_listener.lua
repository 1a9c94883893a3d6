-- Somebody is sent out, and may come back. Their connections are closed by whoever holds them.
--
--   needs     commit presence moderation
--   keys      rev listeners kicks
--   args      person target whom reason
--
--   person  their address
--   target  their id
--   whom    as the wire shows them, as JSON
--
--   Returns {"absent"} | {"kicked", rev, "emptied" | ""} | {"repeated", rev}

local KEPT_SECONDS = 3600 -- Long after the last connection that may not have heard of it.

if redis.call("SISMEMBER", listeners, person) == 0 then
  return commit({ "absent" })
end
redis.call("HSET", kicks, target, decision(reason))
redis.call("EXPIRE", kicks, KEPT_SECONDS)
local emptied = depart(person)
tell_decision("kicked", whom, reason)
local revision = redis.call("GET", rev)
return commit({ "kicked", revision, emptied and "emptied" or "" }, { "repeated", revision })
