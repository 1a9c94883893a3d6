-- Lease a nest's next tick, unless one for the same moment is on its way. A lease ends by the nest's
-- own time: what Redis lets expire by itself would live on where its clock is set back.
--
--   needs     guard clock json
--   keys      tick_lease
--   args      due_ms lease_ms
--
--   Returns {"leased"} | {"busy"}

local leased = redis.call("GET", tick_lease)
local due, ends = (leased or ""):match("^(%d+) (%d+)$")
if due == due_ms and now < tonumber(ends) then
  return { "busy" }
end
redis.call("SET", tick_lease, due_ms .. " " .. number(now + lease_ms), "PX", lease_ms)
return { "leased" }
