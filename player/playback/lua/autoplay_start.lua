-- When Bender began to play alone.
--
--   keys      autoplay_started_at

-- In ms, or nil. Another version of Andre kept no number here.
local function autoplay_started()
  return tonumber(redis.call("GET", autoplay_started_at) or "")
end
