-- Songs into the queue, each answered on its own, people's and Bender's alike.
--
--   needs     artist_rest autoplay_request away bender_filters catalogue clock events fair_queue
--   needs     forget_song json next_song playback_state proposals queue_order queued_ids
--   needs     queued_tracks save_playback settings shuffle song_rows songs start_song
--   keys      people queue song_count recent last_queued last_bender autoplay_started_at proposals
--   prefixes  jams
--   args      user face
--
--   face  who adds, as the wire has them, as JSON

local PROPOSALS_MOST = 100

local ids, proposed, rejected = {}, {}, {}

local function reject(uri, code, message, more)
  rejected[#rejected + 1] = '{"uri":' .. text(uri) .. ',"error":"' .. code .. '","message":'
    .. text(message) .. (more or "") .. "}"
end

-- Bender's last song that neither is certain to play nor stands where the DJ has put it.
local function find_benders_last()
  for _, member in ipairs(redis.call("ZREVRANGE", queue, 0, -1)) do
    local song = read_song(tonumber(member))
    if song.auto == "1" and song.placed ~= "1" and playing.locked ~= song.song_id then
      return song
    end
  end
end

-- A person's song into a full queue takes the place of Bender's last one. Returns its track.
local function bender_gives_way()
  local song = find_benders_last()
  if not song then
    return nil
  end
  forget_song(song.song_id)
  publish("song_removed", "queue", '"song_id":' .. song.song_id .. "," .. actor_field() .. ',"moved":[]')
  return song.trackid
end

local function put(wanted)
  local throwback_person = wanted.throwback_person
  wanted.throwback_person = nil
  wanted.song_id = tostring(redis.call("INCR", song_count))
  wanted.status = "queued"
  wanted.added_ms = number(now)
  wanted.vote = "0"
  wanted.floor = number(virtual_time())
  wanted.tag = "0"
  shuffle_in(wanted)
  save_song(wanted)
  save_order(wanted)
  if throwback_person then
    redis.call("HSETNX", people, wanted.throwback_of, throwback_person)
  end
  if wanted.throwback_of then
    redis.call("ZADD", jams_prefix .. wanted.song_id, number(now), wanted.throwback_of)
  end
  if wanted.auto == "1" then
    filter_track(wanted.trackid, "picked")
    redis.call("SET", last_bender, wanted.trackid)
  else
    filter_track(wanted.trackid, "queued")
    redis.call("SET", last_queued, wanted.trackid)
    redis.call("DEL", autoplay_started_at)
    has_news = true
  end
  ids[#ids + 1] = wanted.song_id
end

-- It waits until somebody approves it.
local function propose(wanted)
  wanted.song_id = tostring(redis.call("INCR", song_count))
  wanted.status = "waiting"
  wanted.added_ms = number(now)
  wanted.vote = "0"
  wanted.tag = "0"
  save_song(wanted)
  redis.call("ZADD", proposals, number(now), queue_member(wanted.song_id))
  proposed[#proposed + 1] = wanted
end

local function count_own(waiting)
  local count = 0
  for _, member in ipairs(redis.call("ZRANGE", queue, 0, -1)) do
    local song = read_song(tonumber(member))
    if song and song.user == user and song.auto ~= "1" then
      count = count + 1
    end
  end
  for _, song in ipairs(waiting) do
    count = count + (song.user == user and 1 or 0)
  end
  return count
end

-- Whether this song has to rest, or its artist; then it is rejected.
local function must_rest(wanted, limits, heard)
  local ended = tonumber(redis.call("ZSCORE", recent, wanted.trackid) or "")
  local at = limits.artist_gap_ms > 0 and heard[artist_of(wanted)]
  if ended and ended + limits.no_repeat_ms > now then
    reject(wanted.trackid, "played_recently", "This song has just been played here.",
      ',"welcome_at_ms":' .. number(ended + limits.no_repeat_ms))
  elseif at and at + limits.artist_gap_ms > now then
    reject(wanted.trackid, "artist_rests", at > now and "A song of this artist plays or waits here."
      or "This artist has just been heard here.", ',"welcome_at_ms":' .. number(at + limits.artist_gap_ms))
  else
    return false
  end
  return true
end

-- Whether it may not be here at all, or is here already; then it is rejected.
local function is_out_of_place(wanted, place_of, waits)
  local uri, place = wanted.trackid, place_of[wanted.trackid]
  if not belongs_here(wanted.src) then
    reject(uri, "wrong_catalogue", "This nest plays from another catalogue.")
  elseif place then
    reject(uri, "already_queued", place == 0 and "This song is playing." or
      "This song is queued already, at place " .. place .. ".", ',"place":' .. place)
  elseif waits[uri] then
    reject(uri, "already_queued", "This song waits for approval already.")
  else
    return false
  end
  return true
end

-- A place in the queue, for a person's song that of Bender's last one. Returns whether there was one.
local function give_place(wanted, limits, place_of)
  local has_place = not limits.depth or redis.call("ZCARD", queue) < limits.depth
  local gone = not has_place and wanted.auto ~= "1" and bender_gives_way()
  if gone then
    place_of[gone] = nil
  end
  if has_place or gone then
    put(wanted)
    place_of[wanted.trackid] = redis.call("ZCARD", queue)
    return true
  end
  reject(wanted.trackid, "queue_full", "The queue is full: " .. number(limits.depth) .. " songs are waiting.")
  return false
end

-- What was put into the queue is told, and begins to play if nothing does. Returns what
-- save_playback does, and of nothing put there that nothing is due.
local function publish_added(adder)
  if #ids == 0 then
    return "", "", ""
  end
  chain_tags(adder)
  local added = {}
  for place, id in ipairs(ids) do
    added[place] = read_song(id)
  end
  publish("songs_added", "queue", '"songs":' .. song_rows(added))
  if playing.song_id == "" and playing.play_state == "stopped" and not waits_for_listeners() then
    start_song(next_song(), now, "playing")
  end
  update_lock()
  return save_playback()
end

-- Queue these, all of one person, and begin to play if nothing does. What became of each is in `ids`,
-- `proposed` and `rejected`. `limits` has
--   depth          how many may be queued; none: no limit
--   own            how many of who adds may wait at once; none: no limit
--   no_repeat_ms   a track is not welcome again sooner than this after its end
--   artist_gap_ms  nor an artist
--   may_approve    whether who adds needs nobody's approval
-- Returns what publish_added does.
local function add(songs, limits)
  local place_of, waiting, waits = queued_tracks(), proposed_songs(), {}
  local needs_approval = not limits.may_approve and setting("approval", "") == "1"
  for _, song in ipairs(needs_approval and waiting or {}) do
    waits[song.trackid] = true
  end
  local heard, ends = {}, now
  if limits.artist_gap_ms > 0 then
    heard, ends = last_heard()
  end
  local own_left = limits.own and limits.own - count_own(waiting) or math.huge

  for _, wanted in ipairs(songs) do
    local uri = wanted.trackid
    local is_rejected = is_out_of_place(wanted, place_of, waits) or must_rest(wanted, limits, heard)
    if not is_rejected and #ids + #proposed >= own_left then
      reject(uri, "queue_full", number(limits.own) .. " songs of yours are waiting. The next has a place when one has played.")
    elseif not is_rejected and needs_approval and #waiting + #proposed >= PROPOSALS_MOST then
      reject(uri, "queue_full", "So many songs wait for approval that there is no place for another.")
    elseif not is_rejected and needs_approval then
      propose(wanted)
      waits[uri] = true
    elseif not is_rejected and give_place(wanted, limits, place_of) then
      ends = ends + tonumber(wanted.duration_ms)
      heard[artist_of(wanted)] = ends
    end
  end

  if user ~= "" and #ids + #proposed > 0 then
    redis.call("HSET", people, user, face)
  end
  if #proposed > 0 then
    publish("songs_proposed", "queue", '"songs":' .. song_rows(proposed))
  end
  return publish_added(songs[1] and songs[1].user)
end
