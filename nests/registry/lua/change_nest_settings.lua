-- Change what a nest is set to, all that is wished or nothing, and take the turn to give it another
-- name: one in a while. What plays may end. Bender begins anew, and where he has no say any more, or
-- shows what does not belong here, his preview goes.
--
--   needs     settings
--   keys      queue next_preview seed_info rename_cooldown
--   args      wishes is_named turn_ms
--
--   wishes    JSON, name of a setting -> its text; empty: as the house has it
--   is_named  "1": a new name follows, and a repeated command is answered what that is
--   turn_ms   how long a name stays; empty: no time at all
--
--   Returns {"in_use"} | {"too_soon", ms to wait} | {"changed", rev} | what an earlier same command
--   was answered

local plays_from = set_to("catalogue", house_catalogue)
local wished = cjson.decode(wishes)
local catalogue = wished.catalogue == "" and house_catalogue or wished.catalogue or plays_from

if catalogue ~= plays_from and redis.call("ZCARD", queue) > 0 then
  return settled({ "in_use" })
end
if is_named == "1" and turn_ms ~= "" and not redis.call("SET", rename_cooldown, "1", "NX", "PX", turn_ms) then
  return settled({ "too_soon", number(redis.call("PTTL", rename_cooldown)) })
end

local is_new = false
for name, value in pairs(wished) do
  if (redis.call("HGET", nest_state, name) or "") ~= value then
    is_new = true
    if value == "" then
      redis.call("HDEL", nest_state, name)
    else
      redis.call("HSET", nest_state, name, value)
    end
  end
end
if is_new then
  redis.call("DEL", seed_info)
  publish("nest_settings_changed", "nest", settings_members() .. ',"user":' .. text(user))
end
if (wanted() == 0 or catalogue ~= plays_from) and redis.call("DEL", next_preview) == 1 then
  publish("preview_changed", "queue", '"preview":null')
end

if is_named == "1" then
  remembers = ""
end
return settled({ "changed", redis.call("GET", rev) or "0" })
