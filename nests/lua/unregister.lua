-- Take a nest out of the registry with all its addresses.
--
--   keys      registry code slug deadlines
--   args      nest
--
--   Returns {"missing"} | {"unregistered"}

if redis.call("HDEL", registry, nest) == 0 then
  return { "missing" }
end
redis.call("DEL", code)
if redis.call("GET", slug) == nest then
  redis.call("DEL", slug)
end
redis.call("ZREM", deadlines, nest)
return { "unregistered" }
