-- Tell in one event who came and went since the last one.
--
--   needs     commit events json people
--   keys      rev listeners presence_pending
--
--   Returns {"unchanged"} | {"published", rev}

local flat = redis.call("HGETALL", presence_pending)
if #flat == 0 then
  return { "unchanged" }
end

local joined, left = {}, {}
for place = 1, #flat, 2 do
  local person = flat[place]
  if flat[place + 1] == "joined" then
    joined[#joined + 1] = person_json(person)
  else
    left[#left + 1] = text(id_of(person))
  end
end
redis.call("DEL", presence_pending)
publish("listeners_changed", "listeners", '"joined":[' .. table.concat(joined, ",") .. '],"left":['
  .. table.concat(left, ",") .. '],"count":' .. redis.call("SCARD", listeners))
return commit({ "published", redis.call("GET", rev) })
