-- Somebody leaves for good: neither member nor listener, whatever is still connected.
--
--   needs     command commit presence
--   keys      members listeners
--
--   Returns {"dismissed", "1" if they were here, "emptied" | "", about DJ}

local was_here = redis.call("SREM", members, user) + redis.call("SISMEMBER", listeners, user) > 0
local emptied = depart(user)
return commit({ "dismissed", was_here and "1" or "", emptied and "emptied" or "", about_dj() })
