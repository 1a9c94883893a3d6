-- How what plays and the queue go on: shuffled or not, and what comes again.
--
--   needs     events fair_queue playback_state

local function publish_options(moved)
  publish("options_changed", "options", '"shuffle":' .. (playing.shuffle == "1" and "true" or "false")
    .. ',"repeat_mode":"' .. playing.repeat_mode .. '",' .. moved_member(moved) .. "," .. actor_field())
end
