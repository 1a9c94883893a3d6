-- Who is here, as published so far and with the viewer, and the nest's revision. Writes nothing.
--
--   needs     guard clock json people
--   keys      rev epoch listeners presence_pending nest_state dj_grace mutes throttle
--   args      viewer
--
--   Returns {"listeners", rev, epoch, now, listeners as JSON, what it is set to, until when it waits for its
--   DJ, in ms, or "", ids of the muted, how it is slowed as JSON, or ""}; what it is set to is a flat list

local pending = {}
local flat = redis.call("HGETALL", presence_pending)
for place = 1, #flat, 2 do
  pending[flat[place]] = flat[place + 1]
end

local present = {}
for _, person in ipairs(redis.call("SMEMBERS", listeners)) do
  if pending[person] ~= "joined" or person == viewer then
    present[#present + 1] = person_json(person)
  end
end
for person, what in pairs(pending) do
  if what == "left" then
    present[#present + 1] = person_json(person)
  end
end

return {
  "listeners", redis.call("GET", rev) or "0", redis.call("GET", epoch) or "", number(now),
  "[" .. table.concat(present, ",") .. "]", redis.call("HGETALL", nest_state),
  redis.call("GET", dj_grace) or "", redis.call("HKEYS", mutes),
  redis.call("GET", throttle) or "",
}
