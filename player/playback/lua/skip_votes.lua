-- Where a skip is voted on: who wants the song that plays skipped, and whether they are enough.
--
--   needs     dj playback_state settings
--   keys      skip_votes listeners
--   args      skip_share
--
--   skip_share  of those who listen, so many are needed

local function is_skip_voted_on()
  return dj() == nil and setting("skip_mode", "anyone") == "vote"
end

-- Whether enough of those who listen want the song that plays skipped. Whoever has left takes their
-- vote along, and fewer who remain need fewer votes.
local function is_voted_off()
  if playing.song_id == "" or not is_skip_voted_on() then
    return false
  end
  local votes = #redis.call("SINTER", skip_votes, listeners)
  return votes >= math.max(1, math.ceil(redis.call("SCARD", listeners) * tonumber(skip_share)))
end
