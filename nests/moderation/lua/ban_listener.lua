-- Somebody is sent out and stays out: they are no member any more, and the door knows them.
--
--   needs     command commit presence moderation
--   keys      rev members bans
--   args      person target whom reason
--
--   person  their address
--   target  their id
--   whom    as the wire shows them, as JSON
--
--   Returns {"unchanged", rev} | {"banned", rev, "emptied" | ""} | {"repeated", rev}

if redis.call("HSETNX", bans, target, decision(reason)) == 0 then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end
redis.call("SREM", members, person)
local emptied = depart(person)
tell_decision("banned", whom, reason)
local revision = redis.call("GET", rev)
return commit({ "banned", revision, emptied and "emptied" or "" }, { "repeated", revision })
