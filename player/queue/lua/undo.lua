-- Bring back what a removal took: songs, order, votes, jams, comments. The depth limit does not
-- count here, and tracks queued again meanwhile are left out.
--
--   needs     command commit away catalogue clock events fair_queue next_song playback_state
--   needs     queue_order queued_ids save_playback shuffle song_rows songs start_song
--   keys      rev
--   prefixes  song votes jams comments horns undo
--   args      undo_token
--
--   Returns {"missing"} | {"restored", rev, due...}

-- `kept` is a flat list as Redis gives it: members, fields and values, or members and scores.
local function refill(command_name, key, kept)
  if command_name == "SADD" and #kept > 0 then
    redis.call("SADD", key, unpack(kept))
    return
  end
  for place = 1, #kept, 2 do
    if command_name == "HSET" then
      redis.call("HSET", key, kept[place], kept[place + 1])
    else
      redis.call("ZADD", key, kept[place + 1], kept[place])
    end
  end
end

local undo_key = undo_prefix .. undo_token
local kept = redis.call("GET", undo_key)
local memory = kept and cjson.decode(kept)
if not memory or memory.by ~= user then
  return commit({ "missing" })
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
    shuffle_in(song, tonumber(song.shuffled))
    save_song(song)
    save_order(song)
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
  for _, song in ipairs(chain_tags(person)) do
    moved[#moved + 1] = song
  end
end
local current = {}
for place, song in ipairs(restored) do
  current[place] = read_song(song.song_id)
end
publish("queue_restored", "queue", '"songs":' .. song_rows(current) .. "," .. moved_member(moved) .. "," .. actor_field())

if playing.song_id == "" and next_song() and not waits_for_listeners() then
  start_song(next_song(), now, "playing")
end
update_lock()

return commit({ "restored", redis.call("GET", rev), save_playback() })
