-- Add songs to the queue, each answered on its own, and begin to play if nothing does.
--
--   needs     stage
--   keys      last_queued
--   args      songs depth_limit no_repeat_ms
--
--   songs         JSON list of objects of strings, the fields of a song hash
--   depth_limit   how many may be queued; empty: no limit
--   no_repeat_ms  a track is not welcome again sooner than this after its end
--
--   Returns {"added", rev, added ids as JSON, rejected as JSON, due}; a rejected one has uri,
--   error, message and, by its kind, place or welcome_at_ms.

local place_of = {}
for place, id in ipairs(queued_ids()) do
  place_of[redis.call("HGET", song_prefix .. id, "trackid")] = place
end
if playing.song_id ~= "" then
  place_of[redis.call("HGET", song_prefix .. playing.song_id, "trackid")] = 0
end
local depth = redis.call("ZCARD", queue)

local added, ids, rejected = {}, {}, {}

local function reject(uri, code, message, more)
  rejected[#rejected + 1] = '{"uri":' .. text(uri) .. ',"error":"' .. code .. '","message":'
    .. text(message) .. (more or "") .. "}"
end

-- A person's song into a full queue takes the place of Bender's last one.
local function bender_gives_way()
  local last = redis.call("ZREVRANGE", queue, 0, 0)[1]
  local song = last and song_of(tonumber(last))
  if not song or song.auto ~= "1" or playing.locked == song.song_id then
    return false
  end
  place_of[song.trackid] = nil
  forget(song.song_id)
  depth = depth - 1
  publish("song_removed", "queue", '"song_id":' .. song.song_id .. ',"user":' .. text(user) .. ',"moved":[]')
  return true
end

for _, wanted in ipairs(cjson.decode(songs)) do
  local uri = wanted.trackid
  local ended = tonumber(redis.call("ZSCORE", recent, uri) or "")
  local place = place_of[uri]
  if place then
    reject(uri, "already_queued", place == 0 and "This song is playing." or
      "This song is queued already, at place " .. place .. ".", ',"place":' .. place)
  elseif ended and ended + no_repeat_ms > now then
    reject(uri, "played_recently", "This song has just been played here.",
      ',"welcome_at_ms":' .. number(ended + no_repeat_ms))
  elseif depth_limit ~= "" and depth >= tonumber(depth_limit) and not bender_gives_way() then
    reject(uri, "queue_full", "The queue is full: " .. depth_limit .. " songs are waiting.")
  else
    local id = redis.call("INCR", song_count)
    wanted.song_id = tostring(id)
    wanted.status = "queued"
    wanted.added_ms = number(now)
    wanted.vote = "0"
    wanted.floor = number(virtual_time())
    wanted.tag = "0"
    store(wanted)
    enqueue(wanted)
    depth = depth + 1
    place_of[uri] = depth
    added[#added + 1] = id
    ids[#ids + 1] = tostring(id)
    redis.call("SET", last_queued, uri)
  end
end

local due_text = ""
if #added > 0 then
  chain(user)
  local songs_added = {}
  for place, id in ipairs(added) do
    songs_added[place] = song_of(id)
  end
  publish("songs_added", "queue", '"songs":' .. rows(songs_added))

  if playing.song_id == "" and playing.play_state == "stopped" and not nobody_listens() then
    start(head(), now, "playing")
  end
  relock()
  due_text = keep_playback()
end

return settled({ "added", tostring(redis.call("GET", rev) or "0"), "[" .. table.concat(ids, ",") .. "]",
  "[" .. table.concat(rejected, ",") .. "]", due_text })
