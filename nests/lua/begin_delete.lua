-- Decide on deletion and begin it in one step: from here on no script writes to this nest.
--
--   keys      life deleting members queue last_activity
--   prefixes  song
--   args      only_if_idle ttl_ms abandoned_ms handed_now
--
--   only_if_idle  "1": keep it while people listen, or while songs of people wait and have not
--                 been abandoned, or while it has been busy within ttl_ms
--
--   Returns {"kept"} | {"deleting"}

local DELETING_SECONDS = 30

if only_if_idle == "1" then
  local now = tonumber(handed_now)
  if not now then
    local time = redis.call("TIME")
    now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  end
  local idle = now - (tonumber(redis.call("GET", last_activity) or "") or 0)
  local waiting = false
  for _, id in ipairs(redis.call("ZRANGE", queue, 0, -1)) do
    waiting = waiting or redis.call("HGET", song_prefix .. tonumber(id), "auto") ~= "1"
  end
  if redis.call("SCARD", members) > 0 or idle < tonumber(ttl_ms)
    or (waiting and idle < tonumber(abandoned_ms)) then
    return { "kept" }
  end
end

redis.call("SET", deleting, "1", "EX", DELETING_SECONDS)
redis.call("DEL", life)
return { "deleting" }
