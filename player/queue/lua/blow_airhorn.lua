-- Everyone hears it at the same moment, a little ahead, so that it reaches all in time.
--
--   needs     command commit clock events freehorn json playback_state settings songs
--   keys      airhorns people rev
--   prefixes  horns freehorn
--   args      sound ahead_ms expire_count expire_ms kept face
--
--   expire_count  so many at most within expire_ms; a free one does not count
--   kept          how many recent ones are listed
--   face          who blows it, as the wire has them, as JSON
--
--   Returns {"off"} | {"cooldown", ms until the next} | {"blown", rev, at_ms, "1" if free}

if setting("airhorns", "1") ~= "1" then
  return commit({ "off" })
end

local recent_horns = redis.call("LRANGE", airhorns, 0, -1)
local paid, oldest = 0, now
for _, each in ipairs(recent_horns) do
  local horn = cjson.decode(each)
  if not horn.free and horn.at_ms > now - tonumber(expire_ms) then
    paid = paid + 1
    oldest = math.min(oldest, horn.at_ms)
  end
end

local free = false
if paid >= tonumber(expire_count) then
  free = redis.call("SPOP", freehorn_prefix .. user) and true or false
  if not free then
    return commit({ "cooldown", number(oldest + expire_ms - now) })
  end
end

redis.call("HSET", people, user, face)
local at = now + tonumber(ahead_ms)
local horn = '"name":' .. text(sound) .. "," .. actor_field() .. ',"person":' .. face
  .. ',"at_ms":' .. number(at) .. ',"free":' .. (free and "true" or "false")
redis.call("LPUSH", airhorns, "{" .. horn .. "}")
redis.call("LTRIM", airhorns, 0, math.max(tonumber(kept), tonumber(expire_count)) - 1)
if playing.song_id ~= "" then
  local song = read_song(playing.song_id)
  redis.call("SADD", horns_prefix .. song.song_id, user)
  award_freehorn(song)
end
publish("airhorn_blown", "queue", horn)
return commit({ "blown", redis.call("GET", rev), number(at), free and "1" or "" })
