-- The tick: a compare-and-set. Whoever comes too early, twice or late finds out here and changes
-- nothing that is not due.
--
--   needs     stage
--   args
--
--   Returns {"idle"} | {"waiting", due} | {"frozen"} | {"advanced", due, lateness in ms}

if not is_playing() then
  return { "idle" }
end

local empty_since = tonumber(redis.call("HGET", nest_state, "empty_since_ms") or "")
if empty_since and away_ms ~= "" and now >= empty_since + tonumber(away_ms)
  and empty_since + tonumber(away_ms) < playing.ends_at_ms then
  -- It freezes where it was then, however late this tick is.
  local at = math.max(playing.changed_at_ms, empty_since + tonumber(away_ms))
  local frozen_at = math.max(0, math.min(playing.position_ms + (at - playing.changed_at_ms), playing.duration_ms))
  change("paused", frozen_at, at)
  playing.held_by = "empty"
  relock()
  publish("playback_state", "timeline", playback_members())
  keep_playback()
  return settled({ "frozen" })
end

if now < playing.ends_at_ms then
  relock()
  keep_playback()
  return settled({ "waiting", playing.due_ms .. hunger })
end

local late = now - playing.ends_at_ms
move_on("played", late <= LATE_MS and playing.ends_at_ms or now, "playing")
relock()
keep_playback()
return settled({ "advanced", playing.due_ms .. hunger, number(late) })
