-- Give the turn back, unless somebody left word meanwhile.
--
--   needs     nest
--   prefixes  follow
--   args      listener wishes
--
--   Returns {"ended"} | {"again", wishes so far}

local key = follow_prefix .. listener
local so_far = redis.call("HGET", key, "wishes")
if so_far and so_far ~= wishes then
  return { "again", so_far }
end
redis.call("DEL", key)
return { "ended" }
