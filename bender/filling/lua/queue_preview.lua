-- Somebody takes the preview: it becomes their own song, with a turn like any other of theirs.
--
--   needs     commit enqueue preview
--   keys      rev
--   args      track adder limits
--
--   adder   the fields of a song that say whose it is, as JSON
--   limits  JSON, what enqueue.lua asks of each
--
--   Returns {"preview_changed"} | {"refused", the rejected one as JSON} | {"waiting", rev, song id} where
--   it waits for approval | {"queued", rev, song id, due...}

if preview.track ~= track then
  return commit({ "preview_changed" })
end

local song = cjson.decode(preview.song)
for name, value in pairs(cjson.decode(adder)) do
  song[name] = value
end
local due = { add({ song }, cjson.decode(limits)) }
if #rejected > 0 then
  return commit({ "refused", rejected[1] })
end
drop_preview()
if #proposed > 0 then
  return commit({ "waiting", redis.call("GET", rev), proposed[1].song_id })
end
return commit({ "queued", redis.call("GET", rev), ids[1], unpack(due) })
