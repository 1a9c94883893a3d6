-- Somebody takes the preview: it becomes their own song, with a turn like any other of theirs.
--
--   needs     previewing
--   args      track adder depth_limit no_repeat_ms
--
--   adder  the fields of a song that say whose it is, as JSON
--
--   Returns {"preview_changed"} | {"refused", the rejected one as JSON} | {"queued", rev, due, song id}

if preview.track ~= track then
  return settled({ "preview_changed" })
end

local song = cjson.decode(preview.song)
for name, value in pairs(cjson.decode(adder)) do
  song[name] = value
end
local due_text = add({ song }, depth_limit, tonumber(no_repeat_ms))
if #ids == 0 then
  return settled({ "refused", rejected[1] })
end
drop_preview()
return settled({ "queued", redis.call("GET", rev), due_text, ids[1] })
