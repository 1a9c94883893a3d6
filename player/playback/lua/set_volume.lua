-- Set the nest's volume; each device multiplies its own with it.
--
--   needs     commit events
--   keys      rev volume
--   args      level
--
--   Returns {"unchanged", rev} | {"set", rev}

if redis.call("GET", volume) == level then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

redis.call("SET", volume, level)
publish("volume_changed", "options", '"volume":' .. level .. "," .. actor_field())

return commit({ "set", redis.call("GET", rev) })
