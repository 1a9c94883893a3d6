-- A provider wants to be left alone. What it said before is never shortened.
--
--   keys      limited
--   args      wait_ms
--
--   Returns {"limited", ms from now}

local left = redis.call("PTTL", limited)
if left < tonumber(wait_ms) then
  redis.call("SET", limited, "1", "PX", wait_ms)
  left = tonumber(wait_ms)
end
return { "limited", string.format("%d", left) }
