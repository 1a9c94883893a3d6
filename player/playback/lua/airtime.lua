-- What songs cost their people of the nest's airtime.
--
--   needs     fair_queue json playback_state queue_order queued_ids
--   keys      fair
--   prefixes  song

local function add_airtime(person, seconds)
  local finish = tonumber(redis.call("HGET", fair, person)) or 0
  redis.call("HSET", fair, person, number(round_to_ms(math.max(0, finish + seconds))))
end

-- What the DJ, or the lot, has put before other songs of its person costs them their next turn, not a
-- later one.
local function tag_at_start(song)
  if song.placed ~= "1" and not song.shuffled then
    return tonumber(song.tag)
  end
  local finish = tonumber(redis.call("HGET", fair, song.user)) or 0
  return round_to_ms(math.max(tonumber(song.floor), finish))
end

-- Whose turn it is as it starts: neither votes nor moves nor lots push that ahead.
local function turn_at_start(song, tag)
  if not song.shuffled then
    return math.min(tag, order_of(song))
  end
  local first = tag
  for _, id in ipairs(queued_ids()) do
    local fields = redis.call("HMGET", song_prefix .. id, "auto", "tag")
    first = fields[1] == "1" and first or math.min(first, tonumber(fields[2]))
  end
  return first
end

-- A song of a person's starts. Returns those of their songs that moved.
local function charge_airtime(song)
  if song.auto == "1" then
    return {}
  end
  local tag = tag_at_start(song)
  song.tag = number(tag)
  redis.call("HSET", song_prefix .. song.song_id, "tag", song.tag)
  redis.call("HSET", fair, "V", number(math.max(virtual_time(), turn_at_start(song, tag))))
  redis.call("HSET", fair, song.user, number(round_to_ms(tag + song.duration_ms / 1000)))
  return chain_tags(song.user)
end

-- Give back the airtime a song did not use. A song that failed is not charged at all.
local function refund_airtime(song, outcome)
  if song.auto == "1" or outcome == "played" then
    return
  end
  local unused = playing.duration_ms
  if outcome == "skipped" then
    unused = math.max(0, playing.duration_ms - playing.heard_ms)
  end
  add_airtime(song.user, -unused / 1000)
end
