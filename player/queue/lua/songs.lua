-- A song: its hash, its row on the wire, its place in the queue.
--
--   needs     nest
--   keys      queue people
--   prefixes  song votes jams comments horns
--   args      vote_worth vote_cap

local BENDER_ORDER = 1e9      -- Behind every song of people, whatever their tags and votes.

local ROW = {
  { "song_id", "number" }, { "trackid", "text" }, { "src", "text" }, { "title", "text" },
  { "artist", "text" }, { "album", "text" }, { "duration_ms", "number" }, { "img", "text" },
  { "big_img", "text" }, { "user", "text" }, { "user_name", "text" },
  { "user_picture", "text" }, { "auto", "flag" }, { "strategy", "text" },
  { "reason", "text" }, { "explicit", "flag" }, { "gain_db", "number" }, { "status", "text" },
  { "added_ms", "number" }, { "tag", "number" }, { "vote", "number" },
}

local function hash(key)
  local flat, found = redis.call("HGETALL", key), {}
  for place = 1, #flat, 2 do
    found[flat[place]] = flat[place + 1]
  end
  return found
end

local function padded(id)
  return string.format("%010d", id)
end

local function millis(seconds)
  return math.floor(seconds * 1000 + 0.5) / 1000
end

local function song_of(id)
  local found = hash(song_prefix .. string.format("%d", id))
  return found.song_id and found or nil
end

local function order_of(song)
  if song.auto == "1" then
    return BENDER_ORDER + tonumber(song.song_id)
  end
  local net = math.max(-vote_cap, math.min(vote_cap, tonumber(song.vote)))
  return millis(tonumber(song.tag) - vote_worth * net)
end

-- A face begins a JSON object: whoever it belongs to comes first, more fields may follow.
local function face_of(person)
  local face = redis.call("HGET", people, person) or '{"name":"","picture":""}'
  return '{"email":' .. text(person) .. "," .. face:sub(2, -2)
end

local function jam_of(song, person, at)
  return face_of(person) .. ',"at_ms":' .. number(tonumber(at))
    .. ',"throwback":' .. (song.throwback_of == person and "true" or "false") .. "}"
end

-- Those of one moment stand as they were said: a later one is a millisecond later at least.
local function after_the_last(key)
  local last = redis.call("ZREVRANGE", key, 0, 0, "WITHSCORES")[2]
  return last and math.max(now, tonumber(last) + 1) or now
end

local function jams_of(song)
  local flat, pieces = redis.call("ZRANGE", jams_prefix .. song.song_id, 0, -1, "WITHSCORES"), {}
  for place = 1, #flat, 2 do
    pieces[#pieces + 1] = jam_of(song, flat[place], flat[place + 1])
  end
  return "[" .. table.concat(pieces, ",") .. "]"
end

local function comments_of(song)
  return "[" .. table.concat(redis.call("ZRANGE", comments_prefix .. song.song_id, 0, -1), ",") .. "]"
end

local function row(song)
  local pieces = {}
  for place, field in ipairs(ROW) do
    local name, kind = field[1], field[2]
    local value = song[name] or ""
    if kind == "text" then
      value = text(value)
    elseif kind == "flag" then
      value = value == "1" and "true" or "false"
    else
      value = number(tonumber(value) or 0)
    end
    pieces[place] = '"' .. name .. '":' .. value
  end
  return "{" .. table.concat(pieces, ",") .. ',"order":' .. number(order_of(song))
    .. ',"jams":' .. jams_of(song) .. ',"comments":' .. comments_of(song) .. "}"
end

local function rows(songs)
  local pieces = {}
  for place, song in ipairs(songs) do
    pieces[place] = row(song)
  end
  return "[" .. table.concat(pieces, ",") .. "]"
end

local function store(song)
  local flat = {}
  for name, value in pairs(song) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  redis.call("HSET", song_prefix .. song.song_id, unpack(flat))
end

local function enqueue(song)
  redis.call("ZADD", queue, number(order_of(song)), padded(song.song_id))
end

local function forget(id)
  redis.call("ZREM", queue, padded(id))
  redis.call("DEL", song_prefix .. id, votes_prefix .. id, jams_prefix .. id, comments_prefix .. id,
    horns_prefix .. id)
end

local function queued_ids()
  local ids = redis.call("ZRANGE", queue, 0, -1)
  for place, id in ipairs(ids) do
    ids[place] = tonumber(id)
  end
  return ids
end
