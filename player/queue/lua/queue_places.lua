-- Places in the queue that the DJ gives. A song that has one keeps it: votes and turns move the others
-- around it. In a shuffled queue it is the drawn place that changes, until the queue is in order again.
--
--   needs     fair_queue json queue_order shuffle songs
--   keys      queue
--   prefixes  song

local CLOSEST = 0.001 -- So far apart, in seconds of order, two places are at least.
local BESIDE = 1      -- So far behind a placed song its follower stands, so that nothing comes between.

local function set_place(id, place)
  local song = read_song(id)
  if is_shuffled() then
    song.shuffled = number(place)
    redis.call("HSET", song_prefix .. song.song_id, "shuffled", song.shuffled)
  else
    song.placed, song.place = "1", number(place)
    redis.call("HSET", song_prefix .. song.song_id, "placed", "1", "place", song.place)
  end
  save_order(song)
  return song
end

-- Every other song in its order, and where among them the one stands that `before` names.
local function rows_without(id, before)
  local flat, rows, at = redis.call("ZRANGE", queue, 0, -1, "WITHSCORES"), {}, nil
  for place = 1, #flat, 2 do
    local other = tonumber(flat[place])
    if other == before then
      at = #rows + 1
    end
    if other ~= id then
      rows[#rows + 1] = { id = other, order = tonumber(flat[place + 1]) }
    end
  end
  return rows, at or #rows + 1
end

-- An order between two neighbours. At the head it is one that no vote and no newcomer goes below.
local function place_between(above, below)
  if not above and is_shuffled() then
    return round_to_ms(below.order - BESIDE)
  elseif not above then
    return round_to_ms(math.min(below.order, virtual_time() - vote_worth * vote_cap) - BESIDE)
  elseif not below then
    return round_to_ms(above.order + BESIDE)
  end
  local middle = (above.order + below.order) / 2
  local is_beside = not is_shuffled() and redis.call("HGET", song_prefix .. above.id, "placed") == "1"
  return round_to_ms(is_beside and math.min(middle, above.order + BESIDE) or middle)
end

-- Place a song before another one; `before` nil: at the end. Those right ahead that leave no room
-- between keep their places, a little closer. Returns all that were placed.
local function place_before(id, before)
  local rows, at = rows_without(id, before)
  local above, below = rows[at - 1], rows[at]
  local place = place_between(above, below)
  local has_room = not above or not below or round_to_ms(below.order - above.order) >= 2 * CLOSEST
  if not has_room then
    place = round_to_ms(below.order - CLOSEST)
  end

  local placed = { set_place(id, place) }
  while rows[at - 1] and round_to_ms(place - rows[at - 1].order) < CLOSEST do
    at, place = at - 1, round_to_ms(place - CLOSEST)
    placed[#placed + 1] = set_place(rows[at].id, place)
  end
  return placed
end
