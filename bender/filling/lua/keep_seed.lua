-- From this seed Bender goes on; what was found for another is forgotten.
--
--   needs     guard
--   keys      seed_info
--   prefixes  cache
--   args      seed caches
--
--   caches  JSON list of what stands behind the prefix
--
--   Returns {"same"} | {"new"}

if redis.call("HGET", seed_info, "uri") == seed then
  return { "same" }
end

for _, name in ipairs(cjson.decode(caches)) do
  redis.call("DEL", cache_prefix .. name)
end
redis.call("DEL", seed_info)
redis.call("HSET", seed_info, "uri", seed)
return { "new" }
