-- Within the first three seconds the song before this one again, later this one from its start.
-- What was interrupted is queued anew and refunded all but what it played.
--
--   needs     stage
--   args
--
--   Returns {"nothing_playing"} | {"returned", rev, due}

local AGAIN_WITHIN_MS = 3000

if playing.song_id == "" then
  return settled({ "nothing_playing" })
end

local before = position() < AGAIN_WITHIN_MS and redis.call("LINDEX", played, 0)
if before then
  local state = playing.play_state
  local interrupted = finish("skipped", now)
  local again = revive(cjson.decode(before).song)
  local waiting = revive(cjson.decode(row(interrupted)))
  chain(waiting.user)
  publish("songs_added", "queue", '"songs":' .. rows({ song_of(again.song_id), song_of(waiting.song_id) }))
  start(tonumber(again.song_id), now, state)
else
  change(playing.play_state, 0, now)
  publish("playback_state", "timeline", playback_members())
end
relock()

return settled({ "returned", redis.call("GET", rev), keep_playback() })
