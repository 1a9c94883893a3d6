-- Somebody is not heard in the chat any more.
--
--   needs     commit moderation
--   keys      rev mutes
--   args      target whom reason
--
--   target  id of who it is about
--   whom    the same as the wire shows them, as JSON
--
--   Returns {"unchanged", rev} | {"muted", rev}

if redis.call("HSETNX", mutes, target, decision(reason)) == 0 then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end
tell_decision("muted", whom, reason)
return commit({ "muted", redis.call("GET", rev) })
