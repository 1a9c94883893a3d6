-- Tell in one event who came and went since the last one.
--
--   needs     room
--   args
--
--   Returns {"quiet"} | {"published", rev}

local flat = redis.call("HGETALL", presence_pending)
if #flat == 0 then
  return { "quiet" }
end

local joined, left = {}, {}
for place = 1, #flat, 2 do
  local person = flat[place]
  if flat[place + 1] == "joined" then
    local face = redis.call("HGET", people, person) or '{"name":"","picture":""}'
    joined[#joined + 1] = '{"email":' .. text(person) .. "," .. face:sub(2)
  else
    left[#left + 1] = text(person)
  end
end
redis.call("DEL", presence_pending)
publish("listeners_changed", "listeners", '"joined":[' .. table.concat(joined, ",") .. '],"left":['
  .. table.concat(left, ",") .. '],"count":' .. redis.call("SCARD", listeners))
return settled({ "published", redis.call("GET", rev) })
