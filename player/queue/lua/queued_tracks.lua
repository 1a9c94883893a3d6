-- Which tracks play or wait here.
--
--   needs     queued_ids
--   keys      playback
--   prefixes  song

-- Track -> its place; 0: it plays.
local function queued_tracks()
  local place_of = {}
  for place, id in ipairs(queued_ids()) do
    place_of[redis.call("HGET", song_prefix .. id, "trackid")] = place
  end
  local current = redis.call("HGET", playback, "song_id")
  if current and current ~= "" then
    place_of[redis.call("HGET", song_prefix .. current, "trackid")] = 0
  end
  return place_of
end
