-- What Bender goes by, in one step. Writes nothing.
--
--   needs     guard autoplay_start clock json people playback_state queued_ids settings song_rows songs
--   keys      nest_state listeners people play_log recent filters next_preview last_queued
--   keys      last_bender
--   args      plays_seen
--
--   plays_seen  how many of the last plays
--
--   Returns {"state", now, playback, song, queue, plays, recent, filters, members, faces, preview,
--   last queued, last of Bender's, when he began to play alone, what the nest is set to, how many
--   songs are wanted}; JSON texts up to the queue, then flat lists

local songs = {}
for place, id in ipairs(queued_ids()) do
  songs[place] = read_song(id)
end
local song = playing.song_id ~= "" and read_song(playing.song_id)
local here = redis.call("SMEMBERS", listeners)
local faces = #here > 0 and redis.call("HMGET", people, unpack(here)) or {}
for place = 1, #here do
  faces[place] = faces[place] or NOBODY
end

return {
  "state", number(now), "{" .. playback_members() .. "}", song and song_row(song, true) or "null", song_rows(songs, true),
  redis.call("LRANGE", play_log, 0, plays_seen - 1), redis.call("ZRANGE", recent, 0, -1, "WITHSCORES"),
  redis.call("HGETALL", filters), here, faces, redis.call("HGETALL", next_preview),
  redis.call("GET", last_queued) or "", redis.call("GET", last_bender) or "",
  autoplay_started() and number(autoplay_started()) or "", redis.call("HGETALL", nest_state),
  number(autoplay_depth()),
}
