-- Set how the queue repeats.
--
--   needs     stage
--   args      mode
--
--   mode  "off", "one" or "all"
--
--   Returns {"unchanged", rev} | {"set", rev}

if playing.repeat_mode == mode then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end

playing.repeat_mode = mode
redis.call("HSET", playback, "repeat_mode", mode)
publish("options_changed", "options", '"shuffle":' .. (playing.shuffle == "1" and "true" or "false")
  .. ',"repeat_mode":"' .. mode .. '","user":' .. text(user))
return settled({ "set", redis.call("GET", rev) })
