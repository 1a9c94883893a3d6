-- Write what plays, and say when the nest's next tick has something to do.
--
--   needs     autoplay_request away clock json next_song playback_state
--   keys      playback now_playing now_playing_done pause_flag

local function next_due()
  if not is_playing() then
    return dj_away_at()
  end
  local due = playing.ends_at_ms
  if playing.locked == "" and next_song() then
    due = math.min(due, lock_at())
  end
  return math.min(due, away_at() or due, dj_away_at() or due)
end

-- The plain keys of outside readers.
local function save_plain_keys()
  if playing.song_id == "" then
    redis.call("DEL", now_playing, now_playing_done)
  else
    redis.call("SET", now_playing, playing.song_id)
    if is_playing() and playing.ends_at_ms > now then
      redis.call("SET", now_playing_done, number(playing.ends_at_ms), "PX", number(math.ceil(playing.ends_at_ms - now)))
    else
      redis.call("DEL", now_playing_done)
    end
  end
  if playing.play_state == "paused" then
    redis.call("SET", pause_flag, "1")
  else
    redis.call("DEL", pause_flag)
  end
end

-- Returns three fields of a reply: when the next tick is due, ms as text, empty for never; "1" if that
-- has changed; "1" if Bender is asked to fill the queue.
local function save_playback()
  request_autoplay()
  local due = next_due()
  local due_ms = due and number(due) or ""
  local is_changed = due_ms ~= playing.due_ms
  playing.due_ms = due_ms
  local flat = {}
  for name, value in pairs(playing) do
    flat[#flat + 1] = name
    flat[#flat + 1] = type(value) == "number" and number(value) or value
  end
  redis.call("HSET", playback, unpack(flat))
  save_plain_keys()
  return due_ms, is_changed and "1" or "", autoplay_due and "1" or ""
end
