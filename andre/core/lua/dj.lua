-- Who controls what plays, where that is a DJ's alone, and whether they are here. A DJ who has been
-- away for a while is waited for: that is grace. How long is the value of its key, compared with the
-- clock; a key that has run out is over, too.
--
--   needs     clock json
--   keys      nest_state listeners dj_grace dj_away_since

-- The address; nil where everybody controls what plays.
local function dj()
  local found = redis.call("HMGET", nest_state, "control_mode", "dj")
  return found[1] == "dj" and found[2] or nil
end

local function is_in_grace()
  return redis.call("EXISTS", dj_away_since) == 1
end

local function is_dj_here()
  local address = dj()
  return address ~= nil and redis.call("SISMEMBER", listeners, address) == 1
end

-- A DJ who is here has come in while there was time: whoever comes later is asked before.
local function is_grace_over()
  local ends_at = tonumber(redis.call("GET", dj_grace) or "")
  return is_in_grace() and not is_dj_here() and (not ends_at or now >= ends_at)
end

local function end_grace()
  redis.call("DEL", dj_grace, dj_away_since)
  redis.call("HDEL", nest_state, "dj_left_ms")
end

-- Note since when the DJ is gone, or that they are here. True where they are gone from now on.
local function note_dj()
  if not dj() or is_dj_here() then
    redis.call("HDEL", nest_state, "dj_left_ms")
    return false
  end
  return not is_in_grace() and redis.call("HSETNX", nest_state, "dj_left_ms", number(now)) == 1
end
