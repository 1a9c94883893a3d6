-- Give a vanity code of one nest to another nest, if the metadata of both are still as read.
--
--   keys      registry vanity
--   args      giver giver_before giver_after taker taker_before taker_after
--
--   giver, taker  nest ids; their metadata before and after, as JSON
--
--   Returns {"missing"} | {"changed"} by somebody else | {"transferred"}

local stored = redis.call("HMGET", registry, giver, taker)
if not stored[1] or not stored[2] then
  return { "missing" }
end
if stored[1] ~= giver_before or stored[2] ~= taker_before or redis.call("GET", vanity) ~= giver then
  return { "changed" }
end
redis.call("SET", vanity, taker)
redis.call("HSET", registry, giver, giver_after, taker, taker_after)
return { "transferred" }
