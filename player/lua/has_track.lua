-- Whether a track plays or waits in this nest. Writes nothing.
--
--   needs     stage
--   args      track
--
--   Returns {"here"} | {"elsewhere"}

local ids = queued_ids()
if playing.song_id ~= "" then
  ids[#ids + 1] = playing.song_id
end
for _, id in ipairs(ids) do
  if redis.call("HGET", song_prefix .. id, "trackid") == track then
    return { "here" }
  end
end
return { "elsewhere" }
