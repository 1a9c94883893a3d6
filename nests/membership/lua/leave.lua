-- One connection of a person ends; the last one makes the listener leave.
--
--   needs     command commit clock json presence
--   prefixes  connections
--   args      connection
--
--   Returns {"stays"} | {"left", "emptied" | "", about DJ}

redis.call("ZREM", connections_prefix .. user, connection)
redis.call("ZREMRANGEBYSCORE", connections_prefix .. user, "-inf", number(now - ALIVE_SECONDS * 1000))
if redis.call("ZCARD", connections_prefix .. user) > 0 then
  return commit({ "stays" })
end
local emptied = depart(user)
return commit({ "left", emptied and "emptied" or "", about_dj() })
