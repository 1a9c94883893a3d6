-- Change what a nest is set to, all that is wished or nothing, and take the turn to give it another
-- name: one in a while. What plays may end. Bender begins anew, and where he has no say any more, or
-- what he shows may not belong here any more, his preview goes. A nest that gets a DJ gets who
-- built it.
--
--   needs     commit dj events json settings shown_settings
--   keys      queue nest_state next_preview seed_info rename_cooldown rev
--   args      wishes shown song_rules is_named is_announced turn_ms house_catalogue creator creator_id creator_name
--
--   wishes    JSON, name of a setting -> its text; empty: as the server has it
--   shown     JSON, the settings that everybody sees: name, kind, `otherwise` as the server has it,
--             `is_offered`: whether the house has what it needs
--   song_rules  JSON, the settings that say which songs are welcome
--   is_named  "1": a new name follows
--   is_announced  "1": a new name or address follows, and a repeated command is answered what that is
--   turn_ms   how long a name stays; empty: no time at all
--   house_catalogue  what a nest plays from that does not say
--
--   Returns {"in_use"} | {"too_soon", ms to wait} | {"changed", rev} | what an earlier same command
--   was answered

local plays_from = setting("catalogue", house_catalogue)
local wished = cjson.decode(wishes)
local catalogue = wished.catalogue == "" and house_catalogue or wished.catalogue or plays_from

if catalogue ~= plays_from and redis.call("ZCARD", queue) > 0 then
  return commit({ "in_use" })
end
if is_named == "1" and turn_ms ~= "" and not redis.call("SET", rename_cooldown, "1", "NX", "PX", turn_ms) then
  return commit({ "too_soon", number(redis.call("PTTL", rename_cooldown)) })
end

local is_song_rule = {}
for _, name in ipairs(cjson.decode(song_rules)) do
  is_song_rule[name] = true
end

-- The member of an event's JSON that says who the DJ is.
local function dj_member()
  local found = redis.call("HMGET", nest_state, "dj_id", "dj_name")
  return '"dj":{"id":' .. text(found[1]) .. ',"name":' .. text(found[2]) .. "}"
end

local had_dj = dj() ~= nil
local is_new, has_new_rules = false, catalogue ~= plays_from
for name, value in pairs(wished) do
  if (redis.call("HGET", nest_state, name) or "") ~= value then
    is_new = true
    has_new_rules = has_new_rules or is_song_rule[name]
    if value == "" then
      redis.call("HDEL", nest_state, name)
    else
      redis.call("HSET", nest_state, name, value)
    end
  end
end
if is_new then
  redis.call("DEL", seed_info)
  publish("nest_settings_changed", "nest", settings_members(cjson.decode(shown)) .. "," .. actor_field())
end

local has_dj = setting("control_mode", "open") == "dj"
if has_dj and not had_dj then
  local before = redis.call("HGET", nest_state, "dj")
  redis.call("HSET", nest_state, "dj", creator, "dj_id", creator_id, "dj_name", creator_name)
  if before and before ~= creator then
    publish("dj_named", "nest", dj_member() .. "," .. actor_field())
  end
  note_dj()
elseif had_dj and not has_dj then
  end_grace()
end

if (autoplay_depth() == 0 or has_new_rules) and redis.call("DEL", next_preview) == 1 then
  publish("preview_changed", "queue", '"preview":null')
end

local reply = { "changed", redis.call("GET", rev) or "0" }
return commit(reply, is_announced ~= "1" and reply)
