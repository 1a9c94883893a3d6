-- Play, pause, toggle or seek.
--
--   needs     stage
--   args      verb asked_position
--
--   asked_position  ms; empty: where it is now
--
--   Returns {"nothing_playing"} | {"invalid_position"} | {"unchanged", rev} | {"set", rev, due}

if playing.song_id == "" then
  if verb == "pause" or verb == "seek" or not head() then
    return settled({ "nothing_playing" })
  end
  start(head(), now, "playing")
  return settled({ "set", redis.call("GET", rev), keep_playback() })
end

local wanted = tonumber(asked_position) or position()
if wanted < 0 or wanted > playing.duration_ms then
  return settled({ "invalid_position" })
end

local state = playing.play_state
if verb == "play" then
  state = "playing"
elseif verb == "pause" then
  state = "paused"
elseif verb == "toggle" then
  state = is_playing() and "paused" or "playing"
end
if state == playing.play_state and asked_position == "" then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end

change(state, wanted, now)
relock()
publish("playback_state", "timeline", playback_members())
local due_text = keep_playback()

return settled({ "set", redis.call("GET", rev), due_text })
