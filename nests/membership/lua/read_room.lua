-- Who is here, as published so far and with the viewer, and the nest's revision. Writes nothing.
--
--   needs     room
--   keys      epoch
--   args      viewer
--
--   Returns {"room", rev, epoch, now, listeners as JSON, what it is set to}; the last a flat list

local pending = {}
local flat = redis.call("HGETALL", presence_pending)
for place = 1, #flat, 2 do
  pending[flat[place]] = flat[place + 1]
end

local present = {}
local function list(person)
  local face = redis.call("HGET", people, person) or '{"name":"","picture":""}'
  present[#present + 1] = '{"email":' .. text(person) .. "," .. face:sub(2)
end
for _, person in ipairs(redis.call("SMEMBERS", listeners)) do
  if pending[person] ~= "joined" or person == viewer then
    list(person)
  end
end
for person, what in pairs(pending) do
  if what == "left" then
    list(person)
  end
end

return {
  "room", redis.call("GET", rev) or "0", redis.call("GET", epoch) or "", number(now),
  "[" .. table.concat(present, ",") .. "]", redis.call("HGETALL", nest_state),
}
