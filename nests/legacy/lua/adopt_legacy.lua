-- The last step of a migration: what plays and what waits come over in one step, and songs get
-- what the player needs of them. Done before, or with nothing to do, it changes nothing.
--
--   needs     guard clock json
--   keys      queue playback now_playing now_playing_done pause_flag airhorns epoch fair old_queue
--   keys      old_now_playing old_now_playing_done old_paused old_airhorns
--   prefixes  song votes jams comments old_song
--   args      generation vote_worth vote_cap
--
--   generation  the epoch from here on: every open page begins anew
--
--   Returns {"adopted" | "unchanged", what became of old_queue, old_now_playing,
--   old_now_playing_done, old_paused, old_airhorns: "missing" | "conflict" | "left": it stays, for it
--   cannot be read here | "moved"}

local BENDER_ORDER = 1e9      -- As in player/queue/lua/queue_order.lua: behind every song of people.
local MILLISECONDS_FROM = 1e11 -- A moment below this is in seconds.
local LONGEST_SECONDS = 1e6   -- A length beyond this is no length.

local PADDED = "^" .. ("%d"):rep(10) .. "$"

local changed = false

local function take(old, new, kind, is_taken)
  if redis.call("EXISTS", old) == 0 then
    return "missing"
  end
  if is_taken or redis.call("EXISTS", new) == 1 then
    return "conflict"
  end
  if redis.call("TYPE", old).ok ~= kind then
    return "left"
  end
  redis.call("RESTORE", new, math.max(0, redis.call("PTTL", old)), redis.call("DUMP", old))
  redis.call("DEL", old)
  changed = true
  return "moved"
end

local function fields_of(id)
  local flat, found = redis.call("HGETALL", song_prefix .. id), {}
  for place = 1, #flat, 2 do
    found[flat[place]] = flat[place + 1]
  end
  return found
end

-- Once a track was named without its provider.
local function uri_of(song)
  local track, source = song.trackid or "", song.src or ""
  if track == "" or track:find(":", 1, true) then
    return track
  end
  return (source == "youtube" and "youtube:video:" or source .. ":track:") .. track
end

local function is_auto(song)
  return song.auto == "1" or (song.auto or ""):lower() == "true"
end

local function net_votes(id)
  local net = 0
  for _, vote in ipairs(redis.call("HVALS", votes_prefix .. id)) do
    net = net + (tonumber(vote) or 0)
  end
  return net
end

local function in_milliseconds(key)
  local flat = redis.call("ZRANGE", key, 0, -1, "WITHSCORES")
  for place = 1, #flat, 2 do
    local at = tonumber(flat[place + 1])
    if at < MILLISECONDS_FROM then
      redis.call("ZADD", key, number(at * 1000), flat[place])
    end
  end
end

local function object_in(json)
  local is_json, found = pcall(cjson.decode, json)
  return is_json and type(found) == "table" and found or {}
end

-- A comment was "address||text".
local function said_in_json(key)
  local flat = redis.call("ZRANGE", key, 0, -1, "WITHSCORES")
  for place = 1, #flat, 2 do
    local said, at = flat[place], flat[place + 1]
    if type(object_in(said).text) ~= "string" then
      local person, words = said:match("^(.-)||(.*)$")
      redis.call("ZREM", key, said)
      redis.call("ZADD", key, at, '{"email":' .. text(person or "") .. ',"name":' .. text((person or ""):match("^[^@]*"))
        .. ',"picture":"","text":' .. text(words or said) .. ',"at_ms":' .. at .. "}")
    end
  end
end

-- In whole milliseconds, if this is a length at all (`nan` and `inf` are numbers to Lua).
local function length_in(value, to_ms)
  local length = (tonumber(value) or -1) * to_ms
  return length >= 0 and length < LONGEST_SECONDS * 1000 and math.floor(length) or nil
end

-- Give a song what it lacks; what it has stays. Returns it as it is from now on.
local function completed(id, status, order)
  local key, song = song_prefix .. id, fields_of(id)
  local duration_ms = length_in(song.duration_ms, 1) or length_in(song.duration, 1000) or 0
  local net = net_votes(id)
  local auto = is_auto(song)
  local tag = auto and 0 or order + vote_worth * math.max(-vote_cap, math.min(vote_cap, net))
  local certain = {
    song_id = id, trackid = uri_of(song), status = status, vote = number(net), auto = auto and "1" or "0",
    tag = number(tag), floor = number(tag),
    duration_ms = number(duration_ms),
  }
  for name, value in pairs(certain) do
    redis.call("HSET", key, name, value)
  end
  local lacking = {
    src = certain.trackid:match("^[^:]*"), title = "", artist = "", album = "", img = "", big_img = "", user = "",
    user_name = (song.user or ""):match("^[^@]*"), user_picture = "", strategy = "", reason = "", explicit = "0",
    added_ms = number(now),
  }
  for name, value in pairs(lacking) do
    redis.call("HSETNX", key, name, value)
  end
  redis.call("PERSIST", key)
  in_milliseconds(jams_prefix .. id)
  in_milliseconds(comments_prefix .. id)
  said_in_json(comments_prefix .. id)
  changed = true
  return fields_of(id)
end

-- An airhorn was {"user", …} or a word, without the moment at which everyone hears it.
local function horns_in_full()
  for place, horn in ipairs(redis.call("LRANGE", airhorns, 0, -1)) do
    local found = object_in(horn)
    if type(found.at_ms) ~= "number" then
      local person = type(found.user) == "string" and found.user or ""
      redis.call("LSET", airhorns, place - 1, '{"name":"classic","user":' .. text(person) .. ',"person":{"email":' .. text(person)
        .. ',"name":' .. text(person:match("^[^@]*")) .. ',"picture":""},"at_ms":0,"free":true}')
      changed = true
    end
  end
end

local function came_over(id)
  return redis.call("EXISTS", song_prefix .. id) == 1 and redis.call("EXISTS", old_song_prefix .. id) == 0
end

local queue_outcome = take(old_queue, queue, "zset")
local playing_outcome = take(old_now_playing, now_playing, "string")
local is_taken = playing_outcome == "conflict"
local done_outcome = take(old_now_playing_done, now_playing_done, "string", is_taken)
local paused_outcome = take(old_paused, pause_flag, "string", is_taken)

local airhorns_outcome = take(old_airhorns, airhorns, "list")
horns_in_full()

-- The order stays as it was: each song of people is due when those before it have played.
local order = tonumber(redis.call("HGET", fair, "V") or "") or 0
for _, member in ipairs(redis.call("ZRANGE", queue, 0, -1)) do
  if not member:match(PADDED) then
    redis.call("ZREM", queue, member)
    changed = true
    local id = member:match("^[1-9]%d*$")
    if id and #id < 10 and came_over(id) then
      local song = completed(id, "queued", order)
      local place = song.auto == "1" and BENDER_ORDER + tonumber(id) or order
      redis.call("ZADD", queue, number(place), string.format("%010d", id))
      if song.auto ~= "1" then
        order = order + song.duration_ms / 1000
      end
    end
  end
end

local id = redis.call("GET", now_playing)
local known = redis.call("HGET", playback, "song_id")
if id and (not known or known == "") and id:match("^%d+$") and came_over(id) then
  local song = completed(id, "playing", 0)
  local is_paused = redis.call("EXISTS", pause_flag) == 1
  local version = tonumber(redis.call("HGET", playback, "version") or "") or 0
  redis.call("HSET", playback, "song_id", id, "position_ms", "0", "play_state", is_paused and "paused" or "playing",
    "changed_at_ms", number(now), "started_ms", number(now), "heard_ms", "0", "duration_ms", song.duration_ms,
    "ends_at_ms", number(now + tonumber(song.duration_ms)), "version", number(version + 1), "changed_by", "",
    "locked", "", "held_by", "", "last_song", "")
end

if changed then
  redis.call("SET", epoch, generation)
  redis.call("HDEL", nest_state, "ids_version") -- People of an old installation have no ids yet.
end
return { changed and "adopted" or "unchanged", queue_outcome, playing_outcome, done_outcome, paused_outcome,
  airhorns_outcome }
