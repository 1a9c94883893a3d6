-- Add songs to the queue, each answered on its own, and begin to play if nothing does.
--
--   needs     commit enqueue
--   keys      rev
--   args      songs limits
--
--   songs   JSON list of objects of strings, the fields of a song hash
--   limits  JSON, what enqueue.lua asks of each
--
--   Returns {"added", rev, added ids as JSON, those that wait for approval, rejected as JSON, due...}; a
--   rejected one has uri, error, message and, by its kind, place or welcome_at_ms.

local due = { add(cjson.decode(songs), cjson.decode(limits)) }
local waiting = {}
for place, song in ipairs(proposed) do
  waiting[place] = song.song_id
end

return commit({ "added", tostring(redis.call("GET", rev) or "0"), "[" .. table.concat(ids, ",") .. "]",
  "[" .. table.concat(waiting, ",") .. "]", "[" .. table.concat(rejected, ",") .. "]", unpack(due) })
