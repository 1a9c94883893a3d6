-- Within the first three seconds the song before this one again, later this one from its start.
-- What was interrupted is queued anew and refunded all but what it played.
--
--   needs     dj_only commit catalogue change_playback clock events fair_queue finish_song next_song
--   needs     playback_state queued_ids requeue save_playback shuffle song_rows songs start_song
--   keys      rev play_log
--   prefixes  song
--   args      song_id
--
--   song_id  the song that is meant; empty: whichever plays
--
--   Returns {"nothing_playing"} | {"unchanged", rev} | {"returned", rev, due...}

local AGAIN_WITHIN_MS = 3000

-- What comes again by itself waits already; it is taken from there, and its place on the circle with it.
local function find_queued(track)
  for _, id in ipairs(queued_ids()) do
    if redis.call("HGET", song_prefix .. id, "trackid") == track then
      local song = read_song(id)
      shuffle_in(song, playing.shuffle_at)
      save_song(song)
      return song
    end
  end
end

if song_id ~= "" and song_id ~= playing.song_id then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end
if playing.song_id == "" then
  return commit({ "nothing_playing" })
end

local before = position() < AGAIN_WITHIN_MS and redis.call("LINDEX", play_log, 0)
local earlier = before and cjson.decode(before).song
if earlier and belongs_here(earlier.src) and belongs_here(read_song(playing.song_id).src) then
  local state = playing.play_state
  local interrupted = finish_song("skipped", now)
  local added, again = {}, find_queued(earlier.trackid)
  if not again then
    again = requeue(earlier, virtual_time(), playing.shuffle_at)
    added[1] = again
  end
  local place = tonumber(interrupted.shuffled or 0)
  local waiting = requeue(cjson.decode(song_row(interrupted, true)), virtual_time(), place)
  added[#added + 1] = waiting
  publish("songs_added", "queue", '"songs":' .. song_rows(added))
  publish_moves(chain_tags(waiting.user))
  start_song(tonumber(again.song_id), now, state)
else
  change_playback(playing.play_state, 0, now)
  publish("playback_state", "timeline", playback_members())
end
update_lock()

return commit({ "returned", redis.call("GET", rev), save_playback() })
