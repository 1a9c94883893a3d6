-- When an artist may be added again.
--
--   needs     clock playback_state queued_ids songs
--   keys      artists_heard

-- Artist -> when a song of theirs ends that plays or waits, as far as one can say, or ended last.
local function last_heard()
  local heard, flat = {}, redis.call("ZRANGE", artists_heard, 0, -1, "WITHSCORES")
  for place = 1, #flat, 2 do
    heard[flat[place]] = tonumber(flat[place + 1])
  end
  local ends = now
  if playing.song_id ~= "" then
    ends = now + playing.duration_ms - position()
    heard[artist_of(read_song(playing.song_id))] = ends
  end
  for _, id in ipairs(queued_ids()) do
    local song = read_song(id)
    ends = ends + tonumber(song.duration_ms)
    heard[artist_of(song)] = ends
  end
  return heard, ends
end
