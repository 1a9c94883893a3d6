-- Keep what a strategy has found, for a while.
--
--   needs     guard
--   prefixes  cache
--   args      cache picks seconds
--
--   cache  what stands behind the prefix
--   picks  JSON list of texts
--
--   Returns {"filled"}

local key = cache_prefix .. cache
redis.call("DEL", key)
for _, pick in ipairs(cjson.decode(picks)) do
  redis.call("RPUSH", key, pick)
end
redis.call("EXPIRE", key, seconds)
return { "filled" }
