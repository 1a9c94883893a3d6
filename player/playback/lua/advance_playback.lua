-- End the playing song and begin the next one, or stop.
--
--   needs     change_playback events fair_queue finish_song next_song playback_state requeue
--   needs     start_song

local function stop(at)
  playing.locked = ""
  playing.duration_ms = 0
  change_playback("stopped", 0, at)
  publish("nest_fell_silent", "timeline", '"playback":{' .. playback_members() .. "}")
end

local function advance_playback(outcome, at, state)
  local song = finish_song(outcome, at)
  if song.auto ~= "1" and outcome ~= "played" then
    publish_moves(chain_tags(song.user))
  end
  local following = requeue_repeated(song, outcome) or next_song()
  if following then
    start_song(following, at, state)
  else
    stop(at)
  end
end
