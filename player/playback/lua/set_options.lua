-- Set how the queue repeats.
--
--   needs     stage
--   args      mode
--
--   mode  "off", "one" or "all"
--
--   Returns {"unchanged", rev} | {"set", rev, due}

if playing.repeat_mode == mode then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end

playing.repeat_mode = mode
publish("options_changed", "options", '"shuffle":' .. (playing.shuffle == "1" and "true" or "false")
  .. ',"repeat_mode":"' .. mode .. '","user":' .. text(user))
local due_text = keep_playback()
return settled({ "set", redis.call("GET", rev), due_text })
