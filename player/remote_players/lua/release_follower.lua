-- Give the lease back, unless somebody left word meanwhile.
--
--   needs     guard
--   prefixes  follow
--   args      listener wishes
--
--   Returns {"released"} | {"again", wishes so far}

local key = follow_prefix .. listener
local so_far = redis.call("HGET", key, "wishes")
if so_far and so_far ~= wishes then
  return { "again", so_far }
end
redis.call("DEL", key)
return { "released" }
