-- For a week, or as long as the server is set to, Bender does not pick a track.
--
--   needs     clock json
--   keys      filters
--   prefixes  filter
--   args      filter_s
--
--   filter_s  how long Bender leaves a track alone

local function filter_track(uri, why)
  redis.call("SET", filter_prefix .. uri, why, "EX", filter_s)
  redis.call("HSET", filters, uri, why .. ":" .. number(now + filter_s * 1000))
end
