-- A listener's devices are others than before, or called otherwise: tell their own connections.
--
--   needs     commit listener_events
--   keys      listener_devices
--   args      devices
--
--   devices  JSON list of all of them
--
--   Returns {"changed"} | {"kept"} where it is what the nest knows

if redis.call("GET", listener_devices) == devices then
  return commit({ "kept" })
end
redis.call("SET", listener_devices, devices)
publish_own("devices_changed", "speaker", '"devices":' .. devices)
return commit({ "changed" })
