-- What concerns only the viewer, and its revision. Writes nothing.
--
--   needs     guard
--   keys      listener_rev listener_preferences listener_devices speaker
--
--   Returns {"listener", rev, preferences as JSON or "null", devices as JSON or "null", which of them is
--   the speaker, which tab of it}

local chosen = redis.call("HMGET", speaker, "device", "tab")
return {
  "listener",
  redis.call("GET", listener_rev) or "0",
  redis.call("GET", listener_preferences) or "null",
  redis.call("GET", listener_devices) or "null",
  chosen[1] or "",
  chosen[2] or "",
}
