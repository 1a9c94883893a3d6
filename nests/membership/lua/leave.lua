-- One connection of a person ends; the last one makes the listener leave.
--
--   needs     room
--   args      connection
--
--   Returns {"stays"} | {"left", "emptied" | ""}

redis.call("ZREM", connections_prefix .. user, connection)
redis.call("ZREMRANGEBYSCORE", connections_prefix .. user, "-inf", number(now - ALIVE_SECONDS * 1000))
if redis.call("ZCARD", connections_prefix .. user) > 0 then
  return settled({ "stays" })
end
local emptied = depart(user)
return settled({ "left", emptied and "emptied" or "" })
