-- Lease a nest's next tick, unless one for the same moment is on its way.
--
--   needs     nest
--   keys      tick_lease
--   args      due_ms lease_ms
--
--   Returns {"leased"} | {"on its way"}

if redis.call("GET", tick_lease) == due_ms then
  return { "on its way" }
end
redis.call("SET", tick_lease, due_ms, "PX", lease_ms)
return { "leased" }
