-- Somebody turns a track of Bender's away: he leaves it alone, and thinks of another. If it has
-- been queued meanwhile it stays there, and will not come again.
--
--   needs     commit bender_filters preview
--   keys      rev next_preview filters
--   args      track
--
--   Returns {"filtered", rev, its artist if it was the preview} | {"repeated", rev}

if preview.track == track or redis.call("HEXISTS", filters, track) == 1 then
  filter_track(track, "rejected")
end
if preview.track ~= track then
  local revision = redis.call("GET", rev) or "0"
  return commit({ "filtered", revision, "" }, { "repeated", revision })
end

redis.call("DEL", next_preview)
show("null")
local revision = redis.call("GET", rev)
return commit({ "filtered", revision, cjson.decode(preview.song).artist }, { "repeated", revision })
