-- What plays, what comes next, and when to look again.
--
--   needs     catalogue fair_queue
--   keys      song_count playback now_playing now_playing_done pause_flag pending_plays play_log
--   keys      recent listeners autoplay_started_at filters
--   prefixes  undo freehorn filter
--   args      lock_ms away_ms stale_ms filter_s
--
--   filter_s  how long Bender leaves a track alone
--   lock_ms   the next song is locked this long before the end, or a quarter of the song
--   away_ms   how long a nest plays on without listeners; empty: for ever
--   stale_ms  a state untouched for longer is shown paused at the beginning of its song

local LATE_MS = 2000          -- A change seen later than this starts the next song at its own time.
local PLAYED_KEPT = 500
local RECENT_KEPT_MS = 7 * 24 * 3600 * 1000
local UNDO_SECONDS = 30

local playing = hash(playback)
playing.song_id = playing.song_id or ""
playing.play_state = playing.play_state or "stopped"
playing.position_ms = tonumber(playing.position_ms) or 0
playing.duration_ms = tonumber(playing.duration_ms) or 0
playing.changed_at_ms = tonumber(playing.changed_at_ms) or 0
playing.ends_at_ms = tonumber(playing.ends_at_ms) or 0
playing.started_ms = tonumber(playing.started_ms) or 0
playing.heard_ms = tonumber(playing.heard_ms) or 0
playing.version = tonumber(playing.version) or 0
playing.shuffle = playing.shuffle or "0"
playing.repeat_mode = playing.repeat_mode or "off"
playing.changed_by = playing.changed_by or ""
playing.locked = playing.locked or ""
playing.held_by = playing.held_by or ""
playing.last_song = playing.last_song or ""
playing.due_ms = playing.due_ms or ""
playing.hungry = playing.hungry or ""

local function is_playing()
  return playing.play_state == "playing"
end

if playing.song_id ~= "" and now - playing.changed_at_ms > tonumber(stale_ms) then
  playing.play_state = "paused"
  playing.position_ms = 0
  playing.held_by = ""
end

-- position(now), spec P1: projected while playing, clamped to the song.
local function position()
  if not is_playing() then
    return playing.position_ms
  end
  local projected = playing.position_ms + (now - playing.changed_at_ms)
  return math.max(0, math.min(projected, playing.duration_ms))
end

local function playback_members()
  return '"song_id":' .. (playing.song_id == "" and "null" or playing.song_id)
    .. ',"play_state":"' .. playing.play_state .. '"'
    .. ',"is_playing":' .. (is_playing() and "true" or "false")
    .. ',"position_ms":' .. number(math.floor(position()))
    .. ',"duration_ms":' .. number(playing.duration_ms)
    .. ',"changed_at_ms":' .. number(playing.changed_at_ms)
    .. ',"ends_at_ms":' .. (is_playing() and number(playing.ends_at_ms) or "null")
    .. ',"version":' .. number(playing.version)
    .. ',"shuffle":' .. (playing.shuffle == "1" and "true" or "false")
    .. ',"repeat_mode":"' .. playing.repeat_mode .. '"'
    .. ',"changed_by":' .. text(playing.changed_by)
    .. ',"locked_song_id":' .. (playing.locked == "" and "null" or playing.locked)
    .. ',"server_ms":' .. number(now)
end

local function head()
  if playing.locked ~= "" and redis.call("ZSCORE", queue, padded(playing.locked)) then
    return tonumber(playing.locked)
  end
  local first = redis.call("ZRANGE", queue, 0, 0)[1]
  return first and tonumber(first) or nil
end

local function lock_at()
  return playing.ends_at_ms - math.min(tonumber(lock_ms), playing.duration_ms / 4)
end

-- When this nest's next tick has something to do, or nil.
local function due()
  if not is_playing() then
    return nil
  end
  local next_due = playing.ends_at_ms
  if playing.locked == "" and head() then
    next_due = math.min(next_due, lock_at())
  end
  local empty_since = tonumber(redis.call("HGET", nest_state, "empty_since_ms") or "")
  if empty_since and away_ms ~= "" then
    next_due = math.min(next_due, empty_since + tonumber(away_ms))
  end
  return next_due
end

-- Lock the head in the last stretch of a song, unlock outside of it, tell if that changed.
local function relock()
  local wanted = ""
  if is_playing() and now >= lock_at() then
    wanted = head() and number(head()) or ""
  end
  if wanted ~= playing.locked then
    playing.locked = wanted
    publish("next_locked", "timeline", '"song_id":' .. (wanted == "" and "null" or wanted))
  end
end

local function nobody_listens()
  return redis.call("SCARD", listeners) == 0
end

-- Bender is told once, by a "!" behind what is due, and comes when he can: the queue is short, or
-- something he goes by has changed.
local has_news = false
local hunger = ""

local function grow_hungry()
  local is_short = redis.call("ZCARD", queue) < wanted()
  if wanted() > 0 and playing.hungry == "" and playing.repeat_mode == "off" and (is_short or has_news)
    and not nobody_listens() then
    playing.hungry = "1"
    hunger = "!"
  end
end

-- Write what plays, keep the plain keys of outside readers true, and return what is due as text:
-- empty for nothing, "same" where it is what it was.
local function keep_playback()
  grow_hungry()
  local next_due = due()
  local due_text = next_due and number(next_due) or ""
  local is_same = due_text == playing.due_ms
  playing.due_ms = due_text
  local flat = {}
  for name, value in pairs(playing) do
    flat[#flat + 1] = name
    flat[#flat + 1] = type(value) == "number" and number(value) or value
  end
  redis.call("HSET", playback, unpack(flat))
  if playing.song_id == "" then
    redis.call("DEL", now_playing, now_playing_done)
  else
    redis.call("SET", now_playing, playing.song_id)
    if is_playing() and playing.ends_at_ms > now then
      redis.call("SET", now_playing_done, number(playing.ends_at_ms), "PX", number(math.ceil(playing.ends_at_ms - now)))
    else
      redis.call("DEL", now_playing_done)
    end
  end
  if playing.play_state == "paused" then
    redis.call("SET", pause_flag, "1")
  else
    redis.call("DEL", pause_flag)
  end
  return (is_same and "same" or due_text) .. hunger
end

-- For a week, or as long as the house says, Bender does not pick this track.
local function keep_from_bender(uri, why)
  redis.call("SET", filter_prefix .. uri, why, "EX", filter_s)
  redis.call("HSET", filters, uri, why .. ":" .. number(now + filter_s * 1000))
end

-- When Bender began to play alone. Another version of Andre kept no number here.
local function alone_since()
  return tonumber(redis.call("GET", autoplay_started_at) or "")
end

-- A change of what plays: version + 1, position stored as projected at this moment. A pause does
-- not count among the hours Bender may play alone.
local function change(state, at_position, at)
  if state == "playing" and playing.play_state == "paused" then
    local since = alone_since()
    if since then
      redis.call("SET", autoplay_started_at, number(since + math.max(0, at - playing.changed_at_ms)))
    end
  end
  if is_playing() then
    playing.heard_ms = playing.heard_ms + math.max(0, math.min(at, playing.ends_at_ms) - playing.changed_at_ms)
  end
  playing.play_state = state
  playing.position_ms = math.floor(at_position)
  playing.changed_at_ms = at
  playing.ends_at_ms = at + playing.duration_ms - playing.position_ms
  playing.version = playing.version + 1
  playing.changed_by = user
  playing.held_by = ""
end

local function charge(song)
  if song.auto == "1" then
    return {}
  end
  local tag = tonumber(song.tag)
  redis.call("HSET", fair, "V", number(math.max(virtual_time(), math.min(tag, order_of(song)))))
  redis.call("HSET", fair, song.user, number(millis(tag + song.duration_ms / 1000)))
  return chain(song.user)
end

-- Give back the airtime a song did not use. A song that failed is not charged at all.
local function refund(song, outcome)
  if song.auto == "1" or outcome == "played" then
    return
  end
  local unused = playing.duration_ms
  if outcome == "skipped" then
    unused = math.max(0, playing.duration_ms - playing.heard_ms)
  end
  local finish = tonumber(redis.call("HGET", fair, song.user)) or 0
  redis.call("HSET", fair, song.user, number(millis(math.max(0, finish - unused / 1000))))
end

local function start(id, at, state)
  local song = song_of(id)
  redis.call("ZREM", queue, padded(id))
  song.status = "playing"
  redis.call("HSET", song_prefix .. id, "status", "playing")

  playing.song_id = number(id)
  playing.duration_ms = tonumber(song.duration_ms)
  playing.started_ms = at
  playing.locked = ""
  playing.last_song = ""
  playing.play_state = "stopped"
  change(state, 0, at)
  playing.heard_ms = 0
  if song.auto == "1" then
    redis.call("SET", autoplay_started_at, number(alone_since() or at))
  else
    redis.call("DEL", autoplay_started_at)
  end
  local moved = charge(song)
  publish("song_started", "timeline", '"song":' .. row(song)
    .. ',"playback":{' .. playback_members() .. "}," .. moves(moved))
end

-- The playing song leaves: its play is kept for history, its hash and all about it goes.
-- Returns the song.
local function finish(outcome, at)
  local song = song_of(playing.song_id)
  if is_playing() then
    playing.heard_ms = playing.heard_ms + math.max(0, math.min(at, playing.ends_at_ms) - playing.changed_at_ms)
    playing.position_ms = position()
    playing.play_state = "stopped"
  end
  refund(song, outcome)
  song.status = outcome == "failed" and "failed" or "played"
  local honkers = redis.call("SMEMBERS", horns_prefix .. song.song_id)
  for place, person in ipairs(honkers) do
    honkers[place] = text(person)
  end
  local play = '{"song":' .. row(song)
    .. ',"started_ms":' .. number(playing.started_ms) .. ',"ended_ms":' .. number(at)
    .. ',"heard_ms":' .. number(math.floor(playing.heard_ms)) .. ',"outcome":"' .. outcome .. '"'
    .. ',"skipped_by":' .. text(outcome == "skipped" and user or "")
    .. ',"airhorns":[' .. table.concat(honkers, ",") .. "]}"
  redis.call("HSET", pending_plays, song.song_id .. ":" .. number(playing.started_ms), play)
  redis.call("LPUSH", play_log, play)
  redis.call("LTRIM", play_log, 0, PLAYED_KEPT - 1)
  redis.call("ZADD", recent, number(at), song.trackid)
  redis.call("ZREMRANGEBYSCORE", recent, "-inf", number(at - RECENT_KEPT_MS))
  publish("song_finished", "timeline", '"song_id":' .. song.song_id .. ',"outcome":"' .. outcome
    .. '","user":' .. text(outcome == "skipped" and user or ""))
  playing.last_song = row(song)
  forget(song.song_id)
  playing.song_id = ""
  return song
end

local function fall_silent(at)
  playing.locked = ""
  playing.duration_ms = 0
  change("stopped", 0, at)
  publish("nest_fell_silent", "timeline", '"playback":{' .. playback_members() .. "}")
end

-- Queue a song that was here before once more, under its adder and a new id.
local function revive(before)
  local song = { status = "queued", vote = "0", added_ms = number(now), floor = number(virtual_time()) }
  for _, field in ipairs(ROW) do
    local name, kind = field[1], field[2]
    if not song[name] then
      song[name] = kind == "number" and number(before[name]) or kind == "flag" and (before[name] and "1" or "0")
        or before[name]
    end
  end
  song.song_id = tostring(redis.call("INCR", song_count))
  local had = tonumber(redis.call("HGET", fair, song.user)) or 0
  song.tag = number(millis(math.max(tonumber(song.floor), had)))
  store(song)
  enqueue(song)
  return song
end

-- While a repeat mode is on, a song that ended comes again: at once, or behind the others.
local function come_again(song, outcome)
  local mode = playing.repeat_mode
  if (mode == "one" and outcome ~= "played") or mode == "off" or outcome == "failed"
    or not belongs_here(song.src) then
    return nil
  end
  local again = revive(cjson.decode(row(song)))
  if mode == "one" then
    return tonumber(again.song_id)
  end
  publish("songs_added", "queue", '"songs":' .. rows({ again }))
  tell_moves(chain(again.user))
end

-- End the playing song and begin the next one, or fall silent.
local function move_on(outcome, at, state)
  local song = finish(outcome, at)
  local person = song.auto ~= "1" and song.user
  if person and outcome ~= "played" then
    tell_moves(chain(person))
  end
  local following = come_again(song, outcome) or head()
  if following then
    start(following, at, state)
  else
    fall_silent(at)
  end
end

-- What undo needs, for half a minute and for the person who did it.
local function keep_for_undo(songs, token)
  local entries = {}
  for place, song in ipairs(songs) do
    entries[place] = cjson.encode({
      song = song,
      votes = redis.call("HGETALL", votes_prefix .. song.song_id),
      jams = redis.call("ZRANGE", jams_prefix .. song.song_id, 0, -1, "WITHSCORES"),
      comments = redis.call("ZRANGE", comments_prefix .. song.song_id, 0, -1, "WITHSCORES"),
      horns = redis.call("SMEMBERS", horns_prefix .. song.song_id),
    })
  end
  local memory = '{"user":' .. text(user) .. ',"songs":[' .. table.concat(entries, ",") .. "]}"
  redis.call("SET", undo_prefix .. token, memory, "EX", UNDO_SECONDS)
end

-- `kept` is a flat list as Redis gives it: members, fields and values, or members and scores.
local function refill(command, key, kept)
  if command == "SADD" and #kept > 0 then
    redis.call("SADD", key, unpack(kept))
    return
  end
  for place = 1, #kept, 2 do
    if command == "HSET" then
      redis.call("HSET", key, kept[place], kept[place + 1])
    else
      redis.call("ZADD", key, kept[place + 1], kept[place])
    end
  end
end

local FREEHORN_ADMIRERS = 3

-- A song that three others have jammed or honked at earns its person one free airhorn, once.
local function earn_freehorn(song)
  if song.auto == "1" or song.earned == "1" then
    return
  end
  local admirers = {}
  for _, person in ipairs(redis.call("ZRANGE", jams_prefix .. song.song_id, 0, -1)) do
    admirers[person] = true
  end
  for _, person in ipairs(redis.call("SMEMBERS", horns_prefix .. song.song_id)) do
    admirers[person] = true
  end
  admirers[song.user] = nil
  local count = 0
  for _ in pairs(admirers) do
    count = count + 1
  end
  if count >= FREEHORN_ADMIRERS then
    redis.call("HSET", song_prefix .. song.song_id, "earned", "1")
    redis.call("SADD", freehorn_prefix .. song.user, song.song_id)
  end
end
