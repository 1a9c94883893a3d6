-- A shuffled queue. Songs of people stand on a circle, each at a place drawn by lot, and what plays goes
-- round it: who is added comes at a place still ahead, what comes again one round later. Their turns are
-- kept meanwhile. Bender's songs wait behind them, as ever.
--
--   needs     json playback_state queue_order queued_ids songs
--   prefixes  song

local ROUND = 100000 -- Once around. After ten thousand rounds one would be among Bender's songs.

local function is_shuffled()
  return playing.shuffle == "1"
end

-- The same seed gives a track the same place.
local function drawn_place(track)
  return tonumber(redis.sha1hex(playing.shuffle_seed .. " " .. track):sub(1, 10), 16) % ROUND
end

-- A song that enters a shuffled queue gets its place; `place` where it has one already.
local function shuffle_in(song, place)
  song.shuffled = nil
  if is_shuffled() and song.auto ~= "1" then
    local ahead = (drawn_place(song.trackid) - playing.shuffle_at) % ROUND
    song.shuffled = number(place or playing.shuffle_at + ahead)
  end
end

-- Returns those that moved.
local function shuffle_queue(seed)
  playing.shuffle, playing.shuffle_seed, playing.shuffle_at = "1", seed, 0
  if playing.song_id ~= "" then
    redis.call("HSET", song_prefix .. playing.song_id, "shuffled", "0")
  end
  local moved = {}
  for _, id in ipairs(queued_ids()) do
    local song = read_song(id)
    shuffle_in(song, playing.locked == song.song_id and 0 or nil)
    if song.shuffled then
      redis.call("HSET", song_prefix .. song.song_id, "shuffled", song.shuffled)
      save_order(song)
      moved[#moved + 1] = song
    end
  end
  return moved
end

-- Everything stands again where turns, votes and the DJ have put it. Returns those that moved.
local function unshuffle_queue()
  playing.shuffle, playing.shuffle_seed, playing.shuffle_at = "0", "", 0
  if playing.song_id ~= "" then
    redis.call("HDEL", song_prefix .. playing.song_id, "shuffled")
  end
  local moved = {}
  for _, id in ipairs(queued_ids()) do
    local song = read_song(id)
    if song.shuffled then
      song.shuffled = nil
      redis.call("HDEL", song_prefix .. song.song_id, "shuffled")
      save_order(song)
      moved[#moved + 1] = song
    end
  end
  return moved
end
