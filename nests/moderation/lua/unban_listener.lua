-- Somebody may come in again, as anybody may.
--
--   needs     commit moderation
--   keys      rev bans
--   args      target whom
--
--   target  id of who it is about
--   whom    the same as the wire shows them, as JSON
--
--   Returns {"unchanged", rev} | {"unbanned", rev}

if redis.call("HDEL", bans, target) == 0 then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end
tell_decision("unbanned", whom, "")
return commit({ "unbanned", redis.call("GET", rev) })
