-- A change of what plays.
--
--   needs     autoplay_start json playback_state
--   keys      autoplay_started_at
--   args      user_id

-- What has been heard of the song counts up to now, or to its end.
local function count_heard(at)
  if is_playing() then
    playing.heard_ms = playing.heard_ms + math.max(0, math.min(at, playing.ends_at_ms) - playing.changed_at_ms)
  end
end

-- Version + 1, position stored as projected at this moment. A pause does not count among the hours
-- Bender may play alone.
local function change_playback(state, at_position, at)
  if state == "playing" and playing.play_state == "paused" then
    local since = autoplay_started()
    if since then
      redis.call("SET", autoplay_started_at, number(since + math.max(0, at - playing.changed_at_ms)))
    end
  end
  count_heard(at)
  playing.play_state = state
  playing.position_ms = math.floor(at_position)
  playing.changed_at_ms = at
  playing.ends_at_ms = at + playing.duration_ms - playing.position_ms
  playing.version = playing.version + 1
  playing.changed_by = user_id
  playing.held_by = ""
end
