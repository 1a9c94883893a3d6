-- The playing song leaves: its play is kept for history, its hash and all about it goes.
--
--   needs     airtime change_playback events forget_song json playback_state song_rows songs
--   keys      pending_plays play_log recent artists_heard skip_votes
--   prefixes  horns
--   args      user user_id

local PLAYED_KEPT = 500
local RECENT_KEPT_MS = 7 * 24 * 3600 * 1000

local function airhorn_users(song)
  local pieces = redis.call("SMEMBERS", horns_prefix .. song.song_id)
  for place, person in ipairs(pieces) do
    pieces[place] = text(person)
  end
  return "[" .. table.concat(pieces, ",") .. "]"
end

local function save_play(song, outcome, at, skipped_by)
  local play = '{"song":' .. song_row(song, true)
    .. ',"started_ms":' .. number(playing.started_ms) .. ',"ended_ms":' .. number(at)
    .. ',"heard_ms":' .. number(math.floor(playing.heard_ms)) .. ',"outcome":"' .. outcome .. '"'
    .. ',"skipped_by":' .. text(skipped_by) .. ',"airhorns":' .. airhorn_users(song) .. "}"
  redis.call("HSET", pending_plays, song.song_id .. ":" .. number(playing.started_ms), play)
  redis.call("LPUSH", play_log, play)
  redis.call("LTRIM", play_log, 0, PLAYED_KEPT - 1)
  redis.call("ZADD", recent, number(at), song.trackid)
  redis.call("ZADD", artists_heard, number(at), artist_of(song))
  for _, key in ipairs({ recent, artists_heard }) do
    redis.call("ZREMRANGEBYSCORE", key, "-inf", number(at - RECENT_KEPT_MS))
  end
end

-- Returns the song.
local function finish_song(outcome, at)
  local song = read_song(playing.song_id)
  count_heard(at)
  if is_playing() then
    playing.position_ms = position()
    playing.play_state = "stopped"
  end
  refund_airtime(song, outcome)
  song.status = outcome == "failed" and "failed" or "played"
  local skipped_by = outcome == "skipped" and user or ""
  save_play(song, outcome, at, skipped_by)
  publish("song_finished", "timeline", '"song_id":' .. song.song_id .. ',"outcome":"' .. outcome
    .. '","user":' .. text(skipped_by ~= "" and user_id or ""))
  redis.call("DEL", skip_votes)
  playing.last_song = song_row(song)
  forget_song(song.song_id)
  playing.song_id = ""
  return song
end
