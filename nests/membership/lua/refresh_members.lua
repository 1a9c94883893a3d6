-- The connections of one server process are alive: their beats, in one step. Whoever was let go
-- because the process slept is back; whoever has left for good stays away.
--
--   needs     guard presence speaker
--   keys      rev members nest_state
--   prefixes  speaker
--   args      beats
--
--   beats  JSON list of [address, connection id], and where they are known [.., device id, tab]
--
--   Returns {"refreshed", rev, "back" | "", "woken" | "", about DJ}

local back, woken = "", ""
for _, each in ipairs(cjson.decode(beats)) do
  local person, connection = each[1], each[2]
  if redis.call("SISMEMBER", members, person) == 1 then
    beat(person, connection)
    see_speaker(speaker_prefix .. person, each[3] or "", each[4] or "")
    if arrive(person) then
      back = "back"
    end
  end
end
if back ~= "" and redis.call("HDEL", nest_state, "empty_since_ms") == 1 then
  woken = "woken"
end
return { "refreshed", redis.call("GET", rev) or "0", back, woken, about_dj() }
