-- The DJ is back in time: the music goes on if their absence froze it.
--
--   needs     commit change_playback clock dj events next_song playback_state save_playback
--
--   Returns {"unchanged"} | {"returned", due...}

if not is_in_grace() or not is_dj_here() then
  return { "unchanged" }
end

end_grace()
publish("dj_back", "nest", "")
if playing.held_by == "dj" and playing.song_id ~= "" then
  change_playback("playing", playing.position_ms, now)
  update_lock()
  publish("playback_state", "timeline", playback_members())
end
return commit({ "returned", save_playback() })
