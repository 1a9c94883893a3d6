-- The songs of one track that play or wait here. Writes nothing.
--
--   needs     guard queued_ids
--   keys      playback
--   prefixes  song
--   args      track
--
--   Returns the song ids, the playing one first

local ids = queued_ids()
local current = redis.call("HGET", playback, "song_id")
if current and current ~= "" then
  table.insert(ids, 1, current)
end
local found = {}
for _, id in ipairs(ids) do
  if redis.call("HGET", song_prefix .. id, "trackid") == track then
    found[#found + 1] = tostring(id)
  end
end
return found
