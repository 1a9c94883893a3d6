-- A recording holds more or less sound than its song was queued with. If it plays and its sound is
-- over, the next song starts.
--
--   needs     stage
--   args      song_id length_ms
--
--   Returns {"missing"} | {"unchanged"} | {"corrected", due}

local song = song_of(song_id)
if not song then
  return settled({ "missing" })
end
local told, length = tonumber(song.duration_ms), tonumber(length_ms)
if told == length then
  return settled({ "unchanged" })
end

local plays = playing.song_id == song_id
redis.call("HSET", song_prefix .. song_id, "duration_ms", number(length))
if plays and song.auto ~= "1" then
  local finish = tonumber(redis.call("HGET", fair, song.user)) or 0
  redis.call("HSET", fair, song.user, number(millis(math.max(0, finish + (length - told) / 1000))))
end
if plays then
  local silent, held_by = math.max(0, position() - length), playing.held_by
  playing.duration_ms = length
  change(playing.play_state, math.min(position(), length), now)
  playing.heard_ms = math.max(0, playing.heard_ms - silent)
  playing.held_by = held_by
end
local moved = song.auto == "1" and {} or chain(song.user)
publish("song_length_corrected", plays and "timeline" or "queue", '"song_id":' .. song_id
  .. ',"duration_ms":' .. number(length)
  .. ',"playback":' .. (plays and "{" .. playback_members() .. "}" or "null") .. "," .. moves(moved))

if plays and is_playing() and now >= playing.ends_at_ms then
  move_on("played", now, "playing")
end
relock()
return settled({ "corrected", keep_playback() })
