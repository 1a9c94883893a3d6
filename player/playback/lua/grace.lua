-- The music waits for a DJ who is away.
--
--   needs     away change_playback clock dj events json next_song playback_state
--   keys      nest_state dj_grace dj_away_since
--   args      grace_seconds
--
--   grace_seconds  how long it waits

local KEPT_LONGER_MS = 60000 -- What counts is the clock; the key outlasts it a little.

-- Freeze where the song was at this moment, for `by` to go on from.
local function freeze(at, by)
  local since = math.max(playing.changed_at_ms, at)
  local position_then = playing.position_ms + (since - playing.changed_at_ms)
  change_playback("paused", math.max(0, math.min(position_then, playing.duration_ms)), since)
  playing.held_by = by
  update_lock()
  publish("playback_state", "timeline", playback_members())
end

local function begin_grace(at)
  local grace_ms = tonumber(grace_seconds) * 1000
  redis.call("SET", dj_grace, number(now + grace_ms), "PX", number(grace_ms + KEPT_LONGER_MS))
  redis.call("SET", dj_away_since, number(now))
  redis.call("HDEL", nest_state, "dj_left_ms")
  publish("dj_away", "nest", '"grace_seconds":' .. grace_seconds .. ',"until_ms":' .. number(now + grace_ms))
  if is_playing() then
    freeze(at, "dj")
  else
    -- What the emptiness froze is the DJ's to go on with; what an earlier DJ left is nobody's.
    playing.held_by = playing.held_by == "empty" and "dj" or ""
  end
end
