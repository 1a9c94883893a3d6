-- Queue the preview as Bender's own song, if it still is the preview, and songs are still wanted.
--
--   needs     commit autoplay_request away enqueue playback_state preview queued_ids settings
--   needs     song_rows songs
--   keys      queue rev next_preview
--   args      track limits
--
--   limits  JSON, what enqueue.lua asks of each
--
--   Returns {"changed"} | {"enough"} | {"unwelcome", rev} | {"taken", rev, playback, song, queue, due...};
--   playback, song and queue as read_bender_state.lua has them

if preview.track ~= track then
  return commit({ "changed" })
end
if playing.repeat_mode ~= "off" or nobody_listens() or redis.call("ZCARD", queue) >= autoplay_depth() then
  return commit({ "enough" })
end

redis.call("DEL", next_preview)
is_filling = true
local due = { add({ cjson.decode(preview.song) }, cjson.decode(limits)) }
show("null")
if #ids == 0 then
  return commit({ "unwelcome", redis.call("GET", rev) })
end

local songs = {}
for place, id in ipairs(queued_ids()) do
  songs[place] = read_song(id)
end
local song = playing.song_id ~= "" and read_song(playing.song_id)
return commit({
  "taken", redis.call("GET", rev), "{" .. playback_members() .. "}", song and song_row(song, true) or "null",
  song_rows(songs, true), unpack(due),
})
