-- Lease the update of a listener's own player, or leave word for whoever has it.
--
--   needs     guard clock json
--   prefixes  follow
--   args      listener lease_ms
--
--   Returns {"busy"} | {"leased", wishes so far}

local key = follow_prefix .. listener
local wishes = redis.call("HINCRBY", key, "wishes", 1)
local held_until = tonumber(redis.call("HGET", key, "until") or "0")
redis.call("PEXPIRE", key, lease_ms * 2)
if held_until > now then
  return { "busy" }
end
redis.call("HSET", key, "until", number(now + lease_ms))
return { "leased", number(wishes) }
