-- Which song comes next. In the last stretch of a song the next one is locked, so that devices may load
-- it and no vote takes its place.
--
--   needs     clock events json playback_state queued_ids
--   keys      queue
--   args      lock_ms
--
--   lock_ms  the next song is locked this long before the end, or a quarter of the song

local function next_song()
  if playing.locked ~= "" and redis.call("ZSCORE", queue, queue_member(playing.locked)) then
    return tonumber(playing.locked)
  end
  local first = redis.call("ZRANGE", queue, 0, 0)[1]
  return first and tonumber(first) or nil
end

local function lock_at()
  return playing.ends_at_ms - math.min(tonumber(lock_ms), playing.duration_ms / 4)
end

-- Lock in the last stretch of a song, unlock outside of it, publish if that changed.
local function update_lock()
  local locked = ""
  if is_playing() and now >= lock_at() then
    locked = next_song() and number(next_song()) or ""
  end
  if locked ~= playing.locked then
    playing.locked = locked
    publish("next_locked", "timeline", '"song_id":' .. (locked == "" and "null" or locked))
  end
end
