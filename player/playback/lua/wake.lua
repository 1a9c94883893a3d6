-- Somebody is back in an empty nest: go on from the pause of the empty nest, start what waits, and
-- ask Bender where he is wanted. A nest that waits for its DJ goes on waiting.
--
--   needs     commit autoplay_request away change_playback clock events next_song playback_state
--   needs     save_playback start_song
--   keys      playback
--
--   Returns {"idle"} | {"resumed", due...}

if waits_for_listeners() then
  return { "idle" }
end

if playing.held_by == "empty" and playing.song_id ~= "" then
  change_playback("playing", playing.position_ms, now)
  update_lock()
  publish("playback_state", "timeline", playback_members())
elseif playing.song_id == "" and next_song() then
  start_song(next_song(), now, "playing")
  update_lock()
else
  request_autoplay()
  if not autoplay_due then
    return { "idle" }
  end
  redis.call("HSET", playback, "autoplay_requested", playing.autoplay_requested)
  return commit({ "resumed", playing.due_ms, "", "1" })
end

return commit({ "resumed", save_playback() })
