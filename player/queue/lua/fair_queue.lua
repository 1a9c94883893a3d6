-- Fairness is start-time fair queueing (Goyal, Vin and Cheng, 1996), described in
-- player/fairness.py, which is the same arithmetic in Python and tested against this.
--
--   needs     songs
--   keys      fair

local function virtual_time()
  return tonumber(redis.call("HGET", fair, "V")) or 0
end

-- Chain one person's queued songs anew: each begins where the one before ends, none below its
-- floor, the first not before what this person has had. Returns those that moved.
local function chain(person)
  local mine = {}
  for _, id in ipairs(queued_ids()) do
    local fields = redis.call("HMGET", song_prefix .. id, "user", "auto", "floor", "duration_ms", "tag", "vote", "song_id")
    if fields[1] == person and fields[2] ~= "1" then
      mine[#mine + 1] = { id = id, floor = tonumber(fields[3]), seconds = fields[4] / 1000,
                          tag = tonumber(fields[5]), vote = fields[6], song_id = fields[7] }
    end
  end
  table.sort(mine, function(one, other) return one.id < other.id end)

  local finish = tonumber(redis.call("HGET", fair, person)) or 0
  local moved = {}
  for _, song in ipairs(mine) do
    local tag = millis(math.max(song.floor, finish))
    finish = tag + song.seconds
    if tag ~= song.tag then
      song.tag = number(tag)
      redis.call("HSET", song_prefix .. song.id, "tag", song.tag)
      enqueue(song)
      moved[#moved + 1] = song
    end
  end
  return moved
end

local function moves(songs)
  local pieces = {}
  for place, song in ipairs(songs) do
    pieces[place] = '{"song_id":' .. song.song_id .. ',"tag":' .. number(tonumber(song.tag))
      .. ',"order":' .. number(order_of(song)) .. "}"
  end
  return '"moved":[' .. table.concat(pieces, ",") .. "]"
end

local function tell_moves(songs)
  if #songs > 0 then
    publish("songs_moved", "queue", moves(songs))
  end
end
