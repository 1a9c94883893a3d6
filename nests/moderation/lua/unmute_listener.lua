-- Somebody is heard in the chat again.
--
--   needs     commit moderation
--   keys      rev mutes
--   args      target whom
--
--   target  id of who it is about
--   whom    the same as the wire shows them, as JSON
--
--   Returns {"unchanged", rev} | {"unmuted", rev}

if redis.call("HDEL", mutes, target) == 0 then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end
tell_decision("unmuted", whom, "")
return commit({ "unmuted", redis.call("GET", rev) })
