-- A recording holds more or less sound than its song was queued with. If it plays and its sound is
-- over, the next song starts.
--
--   needs     commit advance_playback airtime change_playback clock events fair_queue json
--   needs     next_song playback_state save_playback songs
--   prefixes  song
--   args      song_id length_ms
--
--   Returns {"missing"} | {"unchanged"} | {"corrected", due...}

local song = read_song(song_id)
if not song then
  return commit({ "missing" })
end
local length_before, length = tonumber(song.duration_ms), tonumber(length_ms)
if length_before == length then
  return commit({ "unchanged" })
end

local plays = playing.song_id == song_id
redis.call("HSET", song_prefix .. song_id, "duration_ms", number(length))
if plays and song.auto ~= "1" then
  add_airtime(song.user, (length - length_before) / 1000)
end
if plays then
  local silent, held_by = math.max(0, position() - length), playing.held_by
  playing.duration_ms = length
  change_playback(playing.play_state, math.min(position(), length), now)
  playing.heard_ms = math.max(0, playing.heard_ms - silent)
  playing.held_by = held_by
end
local moved = song.auto == "1" and {} or chain_tags(song.user)
publish("song_length_corrected", plays and "timeline" or "queue", '"song_id":' .. song_id
  .. ',"duration_ms":' .. number(length)
  .. ',"playback":' .. (plays and "{" .. playback_members() .. "}" or "null") .. "," .. moved_member(moved))

if plays and is_playing() and now >= playing.ends_at_ms then
  advance_playback("played", now, "playing")
end
update_lock()
return commit({ "corrected", save_playback() })
