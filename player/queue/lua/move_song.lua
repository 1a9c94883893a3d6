-- Put a queued song before another one, or behind all. A DJ puts any song anywhere; everybody else
-- changes the turns of their own songs among themselves, so that nobody else's turn is touched.
--
--   needs     command commit dj events fair_queue json playback_state queue_places queued_ids shuffle
--   needs     songs
--   keys      rev
--   prefixes  song
--   args      song_id before_id
--
--   before_id  the song that it is to stand before; empty: behind all
--
--   Returns {"missing"} | {"locked"} | {"forbidden"} | {"fair_queue"} | {"placed"} | {"shuffled"} |
--   {"unchanged", rev} | {"moved", rev, order}

local song, before = read_song(song_id), tonumber(before_id)
if not song or song.status ~= "queued"
  or (before and not redis.call("ZSCORE", queue, queue_member(before))) then
  return commit({ "missing" })
end
if playing.locked == song_id then
  return commit({ "locked" })
end

local waiting = queued_ids()
local function stands_before_it_already()
  for place, id in ipairs(waiting) do
    if id == tonumber(song_id) then
      return waiting[place + 1] == before or id == before
    end
  end
end

-- The first of these songs, all of one person, that stands at `before` or behind it.
local function first_from_there(mine)
  local is_mine, has_come = {}, false
  for _, each in ipairs(mine) do
    is_mine[each.id] = true
  end
  for _, id in ipairs(waiting) do
    has_come = has_come or id == before
    if has_come and is_mine[id] then
      return id
    end
  end
end

-- Give the turns of this person's songs to them in another order. Returns what moved by it.
local function change_turns()
  local mine, turns, own = songs_in_turn(user), {}, nil
  for place, each in ipairs(mine) do
    turns[place] = each.turn
    own = each.song_id == song_id and place or own
  end
  local moving = table.remove(mine, own)
  local following, at = first_from_there(mine), #mine + 1
  for place, each in ipairs(mine) do
    at = each.id == following and place or at
  end
  table.insert(mine, at, moving)
  for place, each in ipairs(mine) do
    redis.call("HSET", song_prefix .. each.song_id, "turn", number(turns[place]))
  end
  return chain_tags(user)
end

local is_dj = dj() ~= nil and dj() == user
if not is_dj and (song.user ~= user or song.auto == "1") then
  return commit({ dj() and "forbidden" or "fair_queue" })
end
if not is_dj and song.placed == "1" then
  return commit({ "placed" })
end
if not is_dj and is_shuffled() then
  return commit({ "shuffled" })
end
if stands_before_it_already() then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

local moved = is_dj and place_before(tonumber(song_id), before) or change_turns()
if #moved == 0 then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end
local order = number(order_of(read_song(song_id)))
publish("song_moved", "queue", '"song_id":' .. song_id .. ',"order":' .. order .. ',"placed":'
  .. (is_dj and not is_shuffled() and "true" or "false") .. "," .. moved_member(moved) .. "," .. actor_field())
return commit({ "moved", redis.call("GET", rev), order })
