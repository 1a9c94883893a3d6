-- What plays and what is queued, as a newcomer sees it. Writes nothing.
--
--   needs     guard json people playback_state proposals queued_ids song_rows songs
--   keys      volume airhorns next_preview skip_votes
--   prefixes  votes
--   args      viewer horns_listed
--
--   Returns {"playback", playback, song, last song, queue with my_vote, what waits for approval, Bender's
--   preview, volume, airhorns, ids of who wants the song skipped}, JSON texts

local function seen(song)
  local mine = redis.call("HGET", votes_prefix .. song.song_id, viewer) or "0"
  return song_row(song):sub(1, -2) .. ',"my_vote":' .. mine .. "}"
end

local songs = {}
for place, id in ipairs(queued_ids()) do
  songs[place] = seen(read_song(id))
end
local skip_voters = redis.call("SMEMBERS", skip_votes)
for place, voter in ipairs(skip_voters) do
  skip_voters[place] = text(id_of(voter))
end
table.sort(skip_voters)
local song = playing.song_id ~= "" and read_song(playing.song_id)

return {
  "playback", "{" .. playback_members() .. "}", song and seen(song) or "null",
  playing.last_song ~= "" and playing.last_song or "null",
  "[" .. table.concat(songs, ",") .. "]", song_rows(proposed_songs()), redis.call("HGET", next_preview, "shown") or "null",
  redis.call("GET", volume) or "95",
  "[" .. table.concat(redis.call("LRANGE", airhorns, 0, horns_listed - 1), ",") .. "]",
  "[" .. table.concat(skip_voters, ",") .. "]",
}
