-- Add songs to the queue, each answered on its own, and begin to play if nothing does.
--
--   needs     adding
--   args      songs depth_limit no_repeat_ms
--
--   songs         JSON list of objects of strings, the fields of a song hash
--   depth_limit   how many may be queued; empty: no limit
--   no_repeat_ms  a track is not welcome again sooner than this after its end
--
--   Returns {"added", rev, added ids as JSON, rejected as JSON, due}; a rejected one has uri,
--   error, message and, by its kind, place or welcome_at_ms.

local due_text = add(cjson.decode(songs), depth_limit, no_repeat_ms)

return settled({ "added", tostring(redis.call("GET", rev) or "0"), "[" .. table.concat(ids, ",") .. "]",
  "[" .. table.concat(rejected, ",") .. "]", due_text })
