-- Play, pause, toggle or seek.
--
--   needs     dj_only commit change_playback clock events next_song playback_state save_playback
--   needs     start_song
--   keys      rev
--   args      verb asked_position
--
--   asked_position  ms; empty: where it is now
--
--   Returns {"nothing_playing"} | {"invalid_position"} | {"unchanged", rev} | {"set", rev, due...}

if playing.song_id == "" then
  if verb == "pause" or verb == "seek" or not next_song() then
    return commit({ "nothing_playing" })
  end
  start_song(next_song(), now, "playing")
  return commit({ "set", redis.call("GET", rev), save_playback() })
end

local wanted = tonumber(asked_position) or position()
if wanted < 0 or wanted > playing.duration_ms then
  return commit({ "invalid_position" })
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
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

change_playback(state, wanted, now)
update_lock()
publish("playback_state", "timeline", playback_members())

return commit({ "set", redis.call("GET", rev), save_playback() })
