-- A song's place in the queue: its fair-queueing tag minus what its votes are worth, or where the DJ
-- has put it, or, in a shuffled queue, the one drawn by lot.
--
--   needs     json queued_ids
--   keys      queue
--   args      vote_worth vote_cap

local BENDER_ORDER = 1e9      -- Behind every song of people, whatever their tags and votes.

local function round_to_ms(seconds)
  return math.floor(seconds * 1000 + 0.5) / 1000
end

local function order_of(song)
  if song.shuffled then
    return tonumber(song.shuffled)
  end
  if song.placed == "1" then
    return tonumber(song.place)
  end
  if song.auto == "1" then
    return BENDER_ORDER + tonumber(song.song_id)
  end
  local net = math.max(-vote_cap, math.min(vote_cap, tonumber(song.vote)))
  return round_to_ms(tonumber(song.tag) - vote_worth * net)
end

local function save_order(song)
  redis.call("ZADD", queue, number(order_of(song)), queue_member(song.song_id))
end
