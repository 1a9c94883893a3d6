-- Somebody is back in an empty nest: lift what the emptiness froze, begin what waited for ears, and
-- let Bender know.
--
--   needs     stage
--   args
--
--   Returns {"idle"} | {"woken", due}

if nobody_listens() then
  return { "idle" }
end

if playing.held_by == "empty" and playing.song_id ~= "" then
  change("playing", playing.position_ms, now)
  relock()
  publish("playback_state", "timeline", playback_members())
elseif playing.song_id == "" and head() then
  start(head(), now, "playing")
  relock()
else
  grow_hungry()
  if hunger == "" then
    return { "idle" }
  end
  redis.call("HSET", playback, "hungry", playing.hungry)
  return settled({ "woken", "same" .. hunger })
end

return settled({ "woken", keep_playback() })
