-- What plays and what is queued, as a newcomer sees it. Writes nothing.
--
--   needs     stage
--   keys      volume airhorns next_preview
--   args      viewer horns_listed
--
--   Returns {"stage", playback, song, last song, queue with my_vote, Bender's preview, volume, airhorns}, JSON texts

local function seen(song)
  local mine = redis.call("HGET", votes_prefix .. song.song_id, viewer) or "0"
  return row(song):sub(1, -2) .. ',"my_vote":' .. mine .. "}"
end

local songs = {}
for place, id in ipairs(queued_ids()) do
  songs[place] = seen(song_of(id))
end
local song = playing.song_id ~= "" and song_of(playing.song_id)

return {
  "stage", "{" .. playback_members() .. "}", song and seen(song) or "null",
  playing.last_song ~= "" and playing.last_song or "null",
  "[" .. table.concat(songs, ",") .. "]", redis.call("HGET", next_preview, "shown") or "null",
  redis.call("GET", volume) or "95",
  "[" .. table.concat(redis.call("LRANGE", airhorns, 0, horns_listed - 1), ",") .. "]",
}
