-- One device cannot play a song: keep what it says, and find out whether every device says so that
-- has said anything. One that plays the song keeps it for all.
--
--   needs     command clock json playback_state songs
--   keys      members listeners failures sync
--   args      song_id reason position_ms patience_ms
--
--   patience_ms  how long those who play it have to say so, where not every listener complains
--
--   Returns {"not_a_member"} | {"missing"} | {"open", track} | {"agreed", track} | {"repeated"}

local JUST_BEGUN_MS = 1000 -- What is said of keeping time so early was measured in the song before.

if redis.call("SISMEMBER", members, user) == 0 then
  return { "not_a_member" }
end
remember({ "repeated" })

local song = read_song(song_id)
if not song then
  return { "missing" }
end
-- That it cannot be reached says nothing of the recording.
if reason == "unreachable" or playing.song_id ~= song_id or not is_playing() then
  return { "open", song.trackid }
end

if redis.call("HGET", failures, "song") ~= song_id then
  redis.call("DEL", failures)
  redis.call("HSET", failures, "song", song_id, "since", number(now))
end
redis.call("HSET", failures, user, reason .. ":" .. position_ms)

local since = tonumber(redis.call("HGET", failures, "since"))
local begun = reason == "ended_early" and since or playing.started_ms + JUST_BEGUN_MS
for _, report in ipairs(redis.call("HVALS", sync)) do
  local said_at = tonumber(report:match(":(%d+)$"))
  if said_at > begun and now - said_at < tonumber(patience_ms) then
    return { "open", song.trackid }
  end
end

local complaining = 0
for _, person in ipairs(redis.call("SMEMBERS", listeners)) do
  local report = redis.call("HGET", failures, person)
  if report and report:match("^[^:]+") == reason then
    complaining = complaining + 1
  end
end
local everybody = complaining == redis.call("SCARD", listeners)
if complaining > 0 and (everybody or now - since >= tonumber(patience_ms)) then
  return { "agreed", song.trackid }
end
return { "open", song.trackid }
