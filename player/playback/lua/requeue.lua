-- Songs that were here before come again.
--
--   needs     catalogue clock events fair_queue json playback_state queue_order shuffle song_rows songs
--   keys      song_count fair queue

-- Queue a song once more, under its adder and a new id, not before the turn `floor`. `before` is its row,
-- with addresses; `place` is where it stands where the queue is shuffled.
local function requeue(before, floor, place)
  local song = { status = "queued", vote = "0", placed = "0", added_ms = number(now), floor = number(floor) }
  for _, field in ipairs(ROW) do
    local name, kind = field[1], field[2]
    if not song[name] then
      song[name] = kind == "number" and number(before[name]) or kind == "flag" and (before[name] and "1" or "0")
        or before[name]
    end
  end
  song.song_id = tostring(redis.call("INCR", song_count))
  local had = tonumber(redis.call("HGET", fair, song.user)) or 0
  song.tag = number(round_to_ms(math.max(floor, had)))
  shuffle_in(song, place)
  save_song(song)
  save_order(song)
  return song
end

-- The turn behind every song of people that waits.
local function last_turn()
  local last = redis.call("ZREVRANGEBYSCORE", queue, "(" .. number(BENDER_ORDER), "-inf", "WITHSCORES", "LIMIT", 0, 1)
  return math.max(virtual_time(), tonumber(last[2] or 0))
end

-- While a repeat mode is on, a song that ended comes again: at once, or behind the others. Returns its
-- id where it is to start at once.
local function requeue_repeated(song, outcome)
  local mode = playing.repeat_mode
  if (mode == "one" and outcome ~= "played") or mode == "off" or outcome == "failed"
    or not belongs_here(song.src) then
    return nil
  end
  local row, place = cjson.decode(song_row(song, true)), tonumber(song.shuffled or 0)
  if mode == "one" then
    return tonumber(requeue(row, virtual_time(), place).song_id)
  end
  local again = requeue(row, is_shuffled() and virtual_time() or last_turn(), place + ROUND)
  publish("songs_added", "queue", '"songs":' .. song_rows({ again }))
  publish_moves(chain_tags(again.user))
end
