-- When a reaction happened. Those of one moment stay in the order in which they came: a later one is a
-- millisecond later at least.
--
--   needs     clock

local function next_moment(key)
  local last = redis.call("ZREVRANGE", key, 0, 0, "WITHSCORES")[2]
  return last and math.max(now, tonumber(last) + 1) or now
end
