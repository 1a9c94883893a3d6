-- Take the turn to give the nest a new name: one in a while.
--
--   needs     nest
--   keys      renamed
--   args      turn_ms
--
--   turn_ms  how long a name stays; empty: no time at all
--
--   Returns {"too_soon", ms to wait} | {"begun"} | what an earlier same command was answered

if turn_ms ~= "" and not redis.call("SET", renamed, "1", "NX", "PX", turn_ms) then
  return { "too_soon", number(redis.call("PTTL", renamed)) }
end
return { "begun" }
