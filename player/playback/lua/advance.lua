-- The tick: a compare-and-set. Whoever comes too early, twice or late finds out here and changes
-- nothing that is not due.
--
--   needs     commit advance_playback away clock dj grace json next_song options playback_state
--   needs     save_playback shuffle skip_votes
--
--   Returns {"idle"} | {"waiting", due...} | {"paused", due...} | {"grace", due...} |
--   {"advanced", lateness in ms, due...}

-- It pauses where it was then, however late this tick is.
local function has_come(moment)
  return moment and now >= moment and (not is_playing() or moment < playing.ends_at_ms)
end

if has_come(dj_away_at()) then
  begin_grace(dj_away_at())
  return commit({ "grace", save_playback() })
end
-- Nobody is its DJ any more, who shuffled it.
if is_shuffled() and not dj() then
  publish_options(unshuffle_queue())
  return commit({ "waiting", save_playback() })
end
if is_voted_off() and (not is_playing() or now < playing.ends_at_ms) then
  advance_playback("skipped", now, playing.play_state)
  update_lock()
  return commit({ "advanced", "0", save_playback() })
end
if not is_playing() then
  return dj_away_at() and commit({ "waiting", save_playback() }) or { "idle" }
end
if has_come(away_at()) then
  freeze(away_at(), "empty")
  return commit({ "paused", save_playback() })
end

if now < playing.ends_at_ms then
  update_lock()
  return commit({ "waiting", save_playback() })
end

local LATE_MS = 2000 -- A change seen later than this starts the next song at its own time.

local late = now - playing.ends_at_ms
advance_playback("played", late <= LATE_MS and playing.ends_at_ms or now, "playing")
update_lock()
return commit({ "advanced", number(late), save_playback() })
