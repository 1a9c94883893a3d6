-- Take a nest out of the registry with all its addresses.
--
--   keys      registry code slug vanity deadlines
--   args      nest
--
--   Returns {"missing"} | {"unregistered"}

local there = redis.call("HDEL", registry, nest)
for _, address in ipairs({ code, slug, vanity }) do
  if redis.call("GET", address) == nest then
    redis.call("DEL", address)
  end
end
redis.call("ZREM", deadlines, nest)
return { there == 1 and "unregistered" or "missing" }
