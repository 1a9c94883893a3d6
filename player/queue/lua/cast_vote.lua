-- Cast, change or withdraw one vote on one queued song and move it. The order depends on the
-- votes there are, never on the order in which they came.
--
--   needs     command commit events json queue_order settings songs
--   keys      rev
--   prefixes  song votes
--   args      song_id direction
--
--   direction  "1" up, "-1" down, "0" none
--
--   Returns {"missing"} | {"own_vote"} | {"off", "votes" | "downvotes"} | {"unchanged", rev} | {"cast", rev, net, order}

local song = read_song(song_id)
if not song or song.status ~= "queued" then
  return commit({ "missing" })
end
if song.user == user and song.auto ~= "1" and direction == "1" then
  return commit({ "own_vote" })
end
-- What was cast before may always be taken back.
if direction ~= "0" and setting("votes", "1") ~= "1" then
  return commit({ "off", "votes" })
end
if direction == "-1" and setting("downvotes", "1") ~= "1" then
  return commit({ "off", "downvotes" })
end

local votes = votes_prefix .. song_id
local before = redis.call("HGET", votes, user) or "0"
if before == direction then
  return commit({ "unchanged", redis.call("GET", rev) or "0" })
end

if direction == "0" then
  redis.call("HDEL", votes, user)
else
  redis.call("HSET", votes, user, direction)
end
song.vote = number(tonumber(song.vote) + tonumber(direction) - tonumber(before))
redis.call("HSET", song_prefix .. song_id, "vote", song.vote)
save_order(song)
local order = number(order_of(song))
publish("vote_cast", "queue", '"song_id":' .. song_id .. "," .. actor_field()
  .. ',"direction":' .. direction .. ',"net":' .. song.vote .. ',"order":' .. order)

return commit({ "cast", redis.call("GET", rev), song.vote, order })
