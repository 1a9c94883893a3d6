-- Somebody leaves for good: neither member nor listener, whatever is still connected.
--
--   needs     room
--   args
--
--   Returns {"dismissed", "was here" | "", "emptied" | ""}

local was_here = redis.call("SREM", members, user) + redis.call("SISMEMBER", listeners, user) > 0
local emptied = depart(user)
return settled({ "dismissed", was_here and "was here" or "", emptied and "emptied" or "" })
