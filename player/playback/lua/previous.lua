-- Within the first three seconds the song before this one again, later this one from its start.
-- What was interrupted is queued anew and refunded all but what it played.
--
--   needs     stage
--   args      song_id
--
--   song_id  the song that is meant; empty: whichever plays
--
--   Returns {"nothing_playing"} | {"unchanged", rev} | {"returned", rev, due}

local AGAIN_WITHIN_MS = 3000

if song_id ~= "" and song_id ~= playing.song_id then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end
if playing.song_id == "" then
  return settled({ "nothing_playing" })
end

local before = position() < AGAIN_WITHIN_MS and redis.call("LINDEX", play_log, 0)
local earlier = before and cjson.decode(before).song
if earlier and belongs_here(earlier.src) and belongs_here(song_of(playing.song_id).src) then
  local state = playing.play_state
  local interrupted = finish("skipped", now)
  local again = revive(earlier)
  local waiting = revive(cjson.decode(row(interrupted)))
  publish("songs_added", "queue", '"songs":' .. rows({ again, waiting }))
  tell_moves(chain(waiting.user))
  start(tonumber(again.song_id), now, state)
else
  change(playing.play_state, 0, now)
  publish("playback_state", "timeline", playback_members())
end
relock()

return settled({ "returned", redis.call("GET", rev), keep_playback() })
