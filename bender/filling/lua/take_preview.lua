-- Queue the preview as Bender's own song, if it still is the preview, and songs are still wanted.
--
--   needs     previewing
--   args      track depth_limit no_repeat_ms
--
--   Returns {"changed"} | {"enough"} | {"unwelcome", rev} | {"taken", rev, due}

if preview.track ~= track then
  return settled({ "changed" })
end
if playing.repeat_mode ~= "off" or nobody_listens() or redis.call("ZCARD", queue) >= wanted() then
  return settled({ "enough" })
end

redis.call("DEL", next_preview)
wanted_depth = "0" -- He is at it; nobody has to tell him.
local due_text = add({ cjson.decode(preview.song) }, depth_limit, tonumber(no_repeat_ms))
show("null")
if #ids == 0 then
  return settled({ "unwelcome", redis.call("GET", rev) })
end
return settled({ "taken", redis.call("GET", rev), due_text })
