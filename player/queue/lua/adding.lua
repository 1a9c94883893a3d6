-- Songs into the queue, each answered on its own, people's and Bender's alike.
--
--   needs     stage
--   keys      last_queued last_bender

local ids, rejected = {}, {}

local function reject(uri, code, message, more)
  rejected[#rejected + 1] = '{"uri":' .. text(uri) .. ',"error":"' .. code .. '","message":'
    .. text(message) .. (more or "") .. "}"
end

-- A person's song into a full queue takes the place of Bender's last one. Returns its track.
local function bender_gives_way()
  local last = redis.call("ZREVRANGE", queue, 0, 0)[1]
  local song = last and song_of(tonumber(last))
  if not song or song.auto ~= "1" or playing.locked == song.song_id then
    return nil
  end
  forget(song.song_id)
  publish("song_removed", "queue", '"song_id":' .. song.song_id .. ',"user":' .. text(user) .. ',"moved":[]')
  return song.trackid
end

local function put(wanted)
  wanted.song_id = tostring(redis.call("INCR", song_count))
  wanted.status = "queued"
  wanted.added_ms = number(now)
  wanted.vote = "0"
  wanted.floor = number(virtual_time())
  wanted.tag = "0"
  store(wanted)
  enqueue(wanted)
  if wanted.throwback_of then
    redis.call("ZADD", jams_prefix .. wanted.song_id, number(now), wanted.throwback_of)
  end
  if wanted.auto == "1" then
    keep_from_bender(wanted.trackid, "picked")
    redis.call("SET", last_bender, wanted.trackid)
  else
    keep_from_bender(wanted.trackid, "queued")
    redis.call("SET", last_queued, wanted.trackid)
    redis.call("DEL", autoplay_started_at)
    has_news = true
  end
  ids[#ids + 1] = wanted.song_id
end

local function places()
  local place_of = {}
  for place, id in ipairs(queued_ids()) do
    place_of[redis.call("HGET", song_prefix .. id, "trackid")] = place
  end
  if playing.song_id ~= "" then
    place_of[redis.call("HGET", song_prefix .. playing.song_id, "trackid")] = 0
  end
  return place_of
end

-- Queue these, and begin to play if nothing does. What became of each is in `ids` and `rejected`.
-- Returns what is due.
local function add(songs, depth_limit, no_repeat_ms)
  local place_of = places()
  local depth = redis.call("ZCARD", queue)

  for _, wanted in ipairs(songs) do
    local uri = wanted.trackid
    local ended = tonumber(redis.call("ZSCORE", recent, uri) or "")
    local place = place_of[uri]
    if not belongs_here(wanted.src) then
      reject(uri, "wrong_catalogue", "This nest plays from another catalogue.")
    elseif place then
      reject(uri, "already_queued", place == 0 and "This song is playing." or
        "This song is queued already, at place " .. place .. ".", ',"place":' .. place)
    elseif ended and ended + no_repeat_ms > now then
      reject(uri, "played_recently", "This song has just been played here.",
        ',"welcome_at_ms":' .. number(ended + no_repeat_ms))
    else
      local has_place = depth_limit == "" or depth < tonumber(depth_limit)
      local gone = not has_place and wanted.auto ~= "1" and bender_gives_way()
      if gone then
        place_of[gone] = nil
        depth = depth - 1
      end
      if has_place or gone then
        put(wanted)
        depth = depth + 1
        place_of[uri] = depth
      else
        reject(uri, "queue_full", "The queue is full: " .. depth_limit .. " songs are waiting.")
      end
    end
  end

  if #ids == 0 then
    return ""
  end
  chain(user)
  local added = {}
  for place, id in ipairs(ids) do
    added[place] = song_of(id)
  end
  publish("songs_added", "queue", '"songs":' .. rows(added))
  if playing.song_id == "" and playing.play_state == "stopped" and not nobody_listens() then
    start(head(), now, "playing")
  end
  relock()
  return keep_playback()
end
