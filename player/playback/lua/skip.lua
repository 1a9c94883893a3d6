-- End the playing song now. While paused, the next one stands paused at its beginning. Where a skip is
-- voted on, this is a vote, and the song ends once enough of those who listen want it.
--
--   needs     dj_only commit advance_playback clock events next_song playback_state save_playback skip_votes
--   keys      rev skip_votes
--   args      song_id
--
--   song_id  the song that is meant; empty: whichever plays
--
--   Returns {"unchanged", rev} | {"voted", rev} | {"skipped", rev, due...}

if playing.song_id == "" or (song_id ~= "" and song_id ~= playing.song_id) then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

if user ~= "" and is_skip_voted_on() then
  local is_new = redis.call("SADD", skip_votes, user) == 1
  if not is_voted_off() then
    if is_new then
      publish("skip_vote_cast", "timeline", '"song_id":' .. playing.song_id .. "," .. actor_field())
    end
    return commit({ "voted", redis.call("GET", rev) })
  end
end

advance_playback("skipped", now, playing.play_state)
update_lock()

return commit({ "skipped", redis.call("GET", rev), save_playback() })
