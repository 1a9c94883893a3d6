-- Shuffle the queue or put it in order again, and set what of it repeats. Only a DJ shuffles: elsewhere
-- the order is fair.
--
--   needs     dj_only commit dj options playback_state save_playback shuffle
--   keys      rev
--   args      mode shuffling seed
--
--   mode       "off", "one" or "all"; empty: as it is
--   shuffling  "on" or "off"; empty: as it is
--   seed       what a new order is drawn by
--
--   Returns {"fair_queue"} | {"unchanged", rev} | {"set", rev, due...}

if shuffling == "on" and not dj() then
  return commit({ "fair_queue" })
end
local is_turned = shuffling ~= "" and (shuffling == "on") ~= is_shuffled()
local is_mode_new = mode ~= "" and mode ~= playing.repeat_mode
if not is_turned and not is_mode_new then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

local moved = {}
if is_turned then
  moved = shuffling == "on" and shuffle_queue(seed) or unshuffle_queue()
end
if is_mode_new then
  playing.repeat_mode = mode
end
publish_options(moved)
return commit({ "set", redis.call("GET", rev), save_playback() })
