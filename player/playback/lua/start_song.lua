-- A queued song begins to play.
--
--   needs     airtime autoplay_start change_playback events fair_queue json playback_state
--   needs     queued_ids song_rows songs
--   keys      queue autoplay_started_at
--   prefixes  song

local function start_song(id, at, state)
  local song = read_song(id)
  redis.call("ZREM", queue, queue_member(id))
  song.status = "playing"
  redis.call("HSET", song_prefix .. id, "status", "playing")

  playing.shuffle_at = math.max(playing.shuffle_at, tonumber(song.shuffled or playing.shuffle_at))
  playing.song_id = number(id)
  playing.duration_ms = tonumber(song.duration_ms)
  playing.started_ms = at
  playing.locked = ""
  playing.last_song = ""
  playing.play_state = "stopped"
  change_playback(state, 0, at)
  playing.heard_ms = 0
  if song.auto == "1" then
    redis.call("SET", autoplay_started_at, number(autoplay_started() or at))
  else
    redis.call("DEL", autoplay_started_at)
  end
  local moved = charge_airtime(song)
  publish("song_started", "timeline", '"song":' .. song_row(song)
    .. ',"playback":{' .. playback_members() .. "}," .. moved_member(moved))
end
