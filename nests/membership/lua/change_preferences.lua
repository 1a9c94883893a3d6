-- Change how a listener likes the page, and tell their own connections.
--
--   needs     commit listener_events
--   keys      listener_preferences listener_rev speaker
--   args      wished known
--
--   wished  JSON, name -> value; null: as the page thinks best
--   known   JSON, all of them, as the database has them: what this nest has no copy of begins from it
--
--   Returns {"changed", revision of the listener's own scope} | {"repeated", the same}

local chosen = cjson.decode(redis.call("GET", listener_preferences) or known)
for name, value in pairs(cjson.decode(wished)) do
  chosen[name] = value
  if name == "speakers_together" then
    redis.call("HINCRBY", speaker, "epoch", 1) -- The tokens of all that sounded together end.
  end
end
local preferences = cjson.encode(chosen)
redis.call("SET", listener_preferences, preferences)
publish_own("preferences_changed", "options", '"preferences":' .. preferences)
local revision = redis.call("GET", listener_rev)
return commit({ "changed", revision }, { "repeated", revision })
