-- Bring back what a removal took: songs, order, votes, jams, comments. The depth limit does not
-- count here, and tracks queued again meanwhile are left out.
--
--   needs     stage
--   args      undo_token
--
--   Returns {"missing"} | {"restored", rev, due}

local undo_key = undo_prefix .. undo_token
local kept = redis.call("GET", undo_key)
local memory = kept and cjson.decode(kept)
if not memory or memory.user ~= user then
  return settled({ "missing" })
end

local taken = {}
for _, id in ipairs(queued_ids()) do
  taken[redis.call("HGET", song_prefix .. id, "trackid")] = true
end
if playing.song_id ~= "" then
  taken[redis.call("HGET", song_prefix .. playing.song_id, "trackid")] = true
end

local restored, people_of = {}, {}
for _, entry in ipairs(memory.songs) do
  local song = entry.song
  if not taken[song.trackid] and belongs_here(song.src) then
    store(song)
    enqueue(song)
    refill("HSET", votes_prefix .. song.song_id, entry.votes)
    refill("ZADD", jams_prefix .. song.song_id, entry.jams)
    refill("ZADD", comments_prefix .. song.song_id, entry.comments)
    refill("SADD", horns_prefix .. song.song_id, entry.horns)
    restored[#restored + 1] = song
    if song.auto ~= "1" then
      people_of[song.user] = true
    end
  end
end
redis.call("DEL", undo_key)

local moved = {}
for person in pairs(people_of) do
  for _, song in ipairs(chain(person)) do
    moved[#moved + 1] = song
  end
end
local current = {}
for place, song in ipairs(restored) do
  current[place] = song_of(song.song_id)
end
publish("queue_restored", "queue", '"songs":' .. rows(current) .. "," .. moves(moved) .. ',"user":' .. text(user))

if playing.song_id == "" and head() and not nobody_listens() then
  start(head(), now, "playing")
end
relock()
local due_text = keep_playback()

return settled({ "restored", redis.call("GET", rev), due_text })
