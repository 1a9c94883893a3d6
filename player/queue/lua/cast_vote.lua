-- Cast, change or withdraw one vote on one queued song and move it. The order depends on the
-- votes there are, never on the order in which they came.
--
--   needs     stage
--   args      song_id direction
--
--   direction  "1" up, "-1" down, "0" none
--
--   Returns {"missing"} | {"own_vote"} | {"unchanged", rev} | {"cast", rev, net, order}

local song = song_of(song_id)
if not song or song.status ~= "queued" then
  return settled({ "missing" })
end
if song.user == user and song.auto ~= "1" and direction == "1" then
  return settled({ "own_vote" })
end

local votes = votes_prefix .. song_id
local before = redis.call("HGET", votes, user) or "0"
if before == direction then
  return settled({ "unchanged", redis.call("GET", rev) or "0" })
end

if direction == "0" then
  redis.call("HDEL", votes, user)
else
  redis.call("HSET", votes, user, direction)
end
song.vote = number(tonumber(song.vote) + tonumber(direction) - tonumber(before))
redis.call("HSET", song_prefix .. song_id, "vote", song.vote)
enqueue(song)
local order = number(order_of(song))
publish("vote_cast", "queue", '"song_id":' .. song_id .. ',"user":' .. text(user)
  .. ',"direction":' .. direction .. ',"net":' .. song.vote .. ',"order":' .. order)

return settled({ "cast", redis.call("GET", rev), song.vote, order })
