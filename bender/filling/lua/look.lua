-- What Bender goes by, in one step. Writes nothing.
--
--   needs     stage
--   keys      next_preview last_queued last_bender seed_info
--   args      plays_seen
--
--   plays_seen  how many of the last plays
--
--   Returns {"room", now, playback, song, queue, plays, recent, filters, members, faces, preview,
--   seed info, last queued, last of Bender's, streak, life, how many songs are wanted}; JSON texts up
--   to the queue, then flat lists

local songs = {}
for place, id in ipairs(queued_ids()) do
  songs[place] = song_of(id)
end
local song = playing.song_id ~= "" and song_of(playing.song_id)
local here = redis.call("SMEMBERS", listeners)
local faces = #here > 0 and redis.call("HMGET", people, unpack(here)) or {}
for place = 1, #here do
  faces[place] = faces[place] or '{"name":"","picture":""}'
end

return {
  "room", number(now), "{" .. playback_members() .. "}", song and row(song) or "null", rows(songs),
  redis.call("LRANGE", play_log, 0, plays_seen - 1), redis.call("ZRANGE", recent, 0, -1, "WITHSCORES"),
  redis.call("HGETALL", filters), here, faces, redis.call("HGETALL", next_preview),
  redis.call("HGETALL", seed_info), redis.call("GET", last_queued) or "",
  redis.call("GET", last_bender) or "", alone_since() and number(alone_since()) or "",
  redis.call("HGETALL", nest_state), number(wanted()),
}
