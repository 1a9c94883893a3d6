-- Set the nest's volume; each device multiplies its own with it.
--
--   needs     nest
--   keys      volume
--   args      level
--
--   Returns {"unchanged", rev} | {"set", rev}

if redis.call("GET", volume) == level then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end

redis.call("SET", volume, level)
publish("volume_changed", "options", '"volume":' .. level .. ',"user":' .. text(user))

return settled({ "set", redis.call("GET", rev) })
