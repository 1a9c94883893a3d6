-- Decide on deletion and begin it in one step: from here on no script writes to this nest.
--
--   needs     clock
--   keys      nest_state deleting listeners queue last_activity
--   prefixes  song member
--   args      only_if_idle ttl_ms abandoned_ms
--
--   only_if_idle  "1": the decision of nests/lifecycle/expiry_rule.py, whose words these are; people
--                 without a sign of life do not count
--
--   Returns {"in_use"} | {"deleting"}

local DELETING_SECONDS = 30

local function somebody_listens()
  for _, person in ipairs(redis.call("SMEMBERS", listeners)) do
    if redis.call("EXISTS", member_prefix .. person) == 1 then
      return true
    end
  end
  return false
end

local function people_wait()
  for _, id in ipairs(redis.call("ZRANGE", queue, 0, -1)) do
    if redis.call("HGET", song_prefix .. tonumber(id), "auto") ~= "1" then
      return true
    end
  end
  return false
end

if only_if_idle == "1" then
  if redis.call("EXISTS", nest_state) == 0 then
    return { "in_use" } -- Just being built, or a repair's business.
  end
  local idle = now - (tonumber(redis.call("GET", last_activity) or "") or 0)
  if idle < tonumber(ttl_ms) or somebody_listens() or (idle < tonumber(abandoned_ms) and people_wait()) then
    return { "in_use" }
  end
end

redis.call("SET", deleting, "1", "EX", DELETING_SECONDS)
redis.call("DEL", nest_state)
return { "deleting" }
