-- The songs of one track that play or wait here. Writes nothing.
--
--   needs     stage
--   args      track
--
--   Returns the song ids, the playing one first

local ids = queued_ids()
if playing.song_id ~= "" then
  table.insert(ids, 1, playing.song_id)
end
local found = {}
for _, id in ipairs(ids) do
  if redis.call("HGET", song_prefix .. id, "trackid") == track then
    found[#found + 1] = tostring(id)
  end
end
return found
