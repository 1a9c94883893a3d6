-- The connections of one server process are alive: their beats, in one step.
--
--   needs     room
--   args      beats
--
--   beats  JSON list of [address, connection id]
--
--   Returns {"refreshed", rev}

for _, each in ipairs(cjson.decode(beats)) do
  beat(each[1], each[2])
end
return { "refreshed", redis.call("GET", rev) or "0" }
