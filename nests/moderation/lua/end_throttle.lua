-- Let a nest go at its own pace again.
--
--   needs     commit events
--   keys      rev throttle
--
--   Returns {"unchanged", rev} | {"ended", rev}

if redis.call("DEL", throttle) == 0 then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end
publish("throttle_changed", "nest", '"throttle":null')
return commit({ "ended", redis.call("GET", rev) })
