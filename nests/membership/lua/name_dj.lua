-- Name the DJ of a nest that has one: by whoever built it, or by the DJ, who passes it on.
--
--   needs     command commit dj events json people
--   keys      members nest_state rev
--   args      person may_name_any
--
--   person        the id of a member who has been seen here
--   may_name_any  "1" for whoever need not be the DJ
--
--   Returns {"no_dj"} | {"dj_only"} | {"not_here"} | {"guest"} |
--   {"unchanged" | "named", rev, "dj_left" | "dj_returned" | ""}

local function address_of(id)
  for _, address in ipairs(redis.call("SMEMBERS", members)) do
    if id_of(address) == id then
      return address
    end
  end
end

if not dj() then
  return commit({ "no_dj" })
end
if may_name_any ~= "1" and dj() ~= user then
  return commit({ "dj_only" })
end
local named = address_of(person)
if not named then
  return commit({ "not_here" })
end
local face = cjson.decode(person_json(named))
if face.is_guest then
  return commit({ "guest" })
end

local word = "unchanged"
if dj() ~= named then
  word = "named"
  redis.call("HSET", nest_state, "dj", named, "dj_id", person, "dj_name", face.name)
  redis.call("HDEL", nest_state, "dj_left_ms")
  publish("dj_named", "nest", '"dj":{"id":' .. text(person) .. ',"name":' .. text(face.name) .. "}," .. actor_field())
end
local follows = note_dj() and "dj_left" or ""
if is_in_grace() and is_dj_here() then
  follows = "dj_returned"
end
return commit({ word, redis.call("GET", rev) or "0", follows })
