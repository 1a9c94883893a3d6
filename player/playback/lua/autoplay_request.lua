-- When Bender is to fill the queue. He is asked once, and comes when he can.
--
--   needs     away playback_state settings
--   keys      queue

local autoplay_due = false  -- He is asked by this script: the caller schedules it.
local has_news = false      -- Something he goes by has changed, however long the queue is.
local is_filling = false    -- He is at it, and nobody has to ask him.

local function request_autoplay()
  local depth = autoplay_depth()
  local is_short = redis.call("ZCARD", queue) < depth
  if depth > 0 and not is_filling and playing.autoplay_requested == "" and playing.repeat_mode == "off"
    and (is_short or has_news) and not nobody_listens() then
    playing.autoplay_requested = "1"
    autoplay_due = true
  end
end
