-- Fairness is start-time fair queueing (Goyal, Vin and Cheng, 1996), described in
-- player/fairness.py, which is the same arithmetic in Python and tested against this.
--
--   needs     events json queue_order queued_ids
--   keys      fair
--   prefixes  song

local function virtual_time()
  return tonumber(redis.call("HGET", fair, "V")) or 0
end

-- One person's queued songs in the order of their turns: as they were added, or as this person has
-- put them since.
local function songs_in_turn(person)
  local mine = {}
  for _, id in ipairs(queued_ids()) do
    local fields = redis.call("HMGET", song_prefix .. id, "user", "auto", "floor", "duration_ms", "tag", "vote",
      "song_id", "turn", "placed", "place", "shuffled")
    if fields[1] == person and fields[2] ~= "1" then
      mine[#mine + 1] = { id = id, floor = tonumber(fields[3]), seconds = fields[4] / 1000,
                          tag = tonumber(fields[5]), vote = fields[6], song_id = fields[7],
                          turn = tonumber(fields[8] or id), placed = fields[9], place = fields[10],
                          shuffled = fields[11] }
    end
  end
  table.sort(mine, function(one, other) return one.turn < other.turn end)
  return mine
end

-- Chain one person's queued songs anew: each begins where the one before ends, none below its
-- floor, the first not before what this person has had. Returns those that moved.
local function chain_tags(person)
  local mine = songs_in_turn(person)
  local finish = tonumber(redis.call("HGET", fair, person)) or 0
  local moved = {}
  for _, song in ipairs(mine) do
    local tag = round_to_ms(math.max(song.floor, finish))
    finish = tag + song.seconds
    if tag ~= song.tag then
      song.tag = number(tag)
      redis.call("HSET", song_prefix .. song.id, "tag", song.tag)
      save_order(song)
      moved[#moved + 1] = song
    end
  end
  return moved
end

-- The songs that moved, as a member of an event.
local function moved_member(songs)
  local pieces = {}
  for place, song in ipairs(songs) do
    pieces[place] = '{"song_id":' .. song.song_id .. ',"tag":' .. number(tonumber(song.tag))
      .. ',"order":' .. number(order_of(song)) .. "}"
  end
  return '"moved":[' .. table.concat(pieces, ",") .. "]"
end

local function publish_moves(songs)
  if #songs > 0 then
    publish("songs_moved", "queue", moved_member(songs))
  end
end
