-- Bring what an older version of Andre has stored about people up to date: ids stand where pages
-- would read an address. Events from before are forgotten, and every page begins anew.
--
--   keys      nest_state deleting people members listeners queue playback next_preview airhorns events epoch
--   prefixes  song jams comments
--   args      persons ids_version generation
--
--   persons     JSON, address -> {"id", "name"} of those who were asked for
--   generation  the epoch from here on
--
--   Returns {"gone"} | {"current"} | {"unknown", addresses as JSON}: ask again with these | {"upgraded"}

if redis.call("EXISTS", nest_state) == 0 or redis.call("EXISTS", deleting) == 1 then
  return { "gone" }
end
if redis.call("HGET", nest_state, "ids_version") == ids_version then
  return { "current" }
end

-- A person as JSON of Lua and of Python, and the fields that held an address alone. Inside a JSON text
-- the quotes are escaped, so that nothing that somebody wrote is taken for one of these.
local PERSON = '{"email": ?"([^"\\]*)", ?'
local ADDRESS = '"([a-z_]*user)": ?"([^"\\]*@[^"\\]*)"'

local known, unknown, asked = cjson.decode(persons), {}, {}

local function ask_for(address)
  if address ~= "" and not known[address] and not asked[address] then
    asked[address] = true
    unknown[#unknown + 1] = address
  end
end

local function ask_for_all_in(json)
  for address in json:gmatch(PERSON) do
    ask_for(address)
  end
  for _, address in json:gmatch(ADDRESS) do
    ask_for(address)
  end
end

local function id_in(address)
  return known[address] and known[address].id or ""
end

local function with_ids(json)
  json = json:gsub(PERSON, function(address)
    return '{"id":"' .. id_in(address) .. '","is_guest":false,'
  end)
  return (json:gsub(ADDRESS, function(name, address)
    return '"' .. name .. '":"' .. id_in(address) .. '"'
  end))
end

-- First what is there, then what becomes of it: nothing is written before everybody is known.
local songs = {}
for _, member in ipairs(redis.call("ZRANGE", queue, 0, -1)) do
  songs[#songs + 1] = string.format("%d", member)
end
local playing = redis.call("HGET", playback, "song_id")
if playing and playing ~= "" then
  songs[#songs + 1] = playing
end

for _, address in ipairs(redis.call("HKEYS", people)) do
  ask_for(address)
end
for _, key in ipairs({ members, listeners }) do
  for _, address in ipairs(redis.call("SMEMBERS", key)) do
    ask_for(address)
  end
end
for _, song in ipairs(songs) do
  ask_for(redis.call("HGET", song_prefix .. song, "user") or "")
  for _, address in ipairs(redis.call("ZRANGE", jams_prefix .. song, 0, -1)) do
    ask_for(address)
  end
  for _, comment in ipairs(redis.call("ZRANGE", comments_prefix .. song, 0, -1)) do
    ask_for_all_in(comment)
  end
end
local horns = redis.call("LRANGE", airhorns, 0, -1)
for _, horn in ipairs(horns) do
  ask_for_all_in(horn)
end
local last_song = redis.call("HGET", playback, "last_song") or ""
local changed_by = redis.call("HGET", playback, "changed_by") or ""
local preview = redis.call("HGET", next_preview, "shown") or ""
ask_for_all_in(last_song)
ask_for_all_in(preview)
if changed_by:find("@", 1, true) then
  ask_for(changed_by)
end
if #unknown > 0 then
  return { "unknown", cjson.encode(unknown) }
end

for address, person in pairs(known) do
  local stored = redis.call("HGET", people, address)
  local face = stored and cjson.decode(stored) or { name = person.name, picture = "" }
  redis.call("HSET", people, address, '{"id":"' .. person.id .. '","name":' .. cjson.encode(face.name)
    .. ',"picture":' .. cjson.encode(face.picture) .. ',"is_guest":false}')
end
for _, song in ipairs(songs) do
  local key = comments_prefix .. song
  local flat = redis.call("ZRANGE", key, 0, -1, "WITHSCORES")
  for place = 1, #flat, 2 do
    redis.call("ZREM", key, flat[place])
    redis.call("ZADD", key, flat[place + 1], with_ids(flat[place]))
  end
end
for place, horn in ipairs(horns) do
  redis.call("LSET", airhorns, place - 1, with_ids(horn))
end
if last_song ~= "" then
  redis.call("HSET", playback, "last_song", with_ids(last_song))
end
if changed_by ~= "" then
  redis.call("HSET", playback, "changed_by", id_in(changed_by))
end
if preview ~= "" then
  redis.call("HSET", next_preview, "shown", with_ids(preview))
end
redis.call("DEL", events)
redis.call("SET", epoch, generation)
redis.call("HSET", nest_state, "ids_version", ids_version)
return { "upgraded" }
