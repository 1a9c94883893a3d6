-- Whether anybody listens, and when an empty nest pauses, or one whose DJ is gone.
--
--   keys      listeners nest_state dj_away_since
--   args      away_ms dj_away_ms
--
--   away_ms     how long a nest plays on without listeners; empty: for ever
--   dj_away_ms  how long one with a DJ plays on without them

local function nobody_listens()
  return redis.call("SCARD", listeners) == 0
end

-- Whether what is silent stays silent: nobody listens, or the nest waits for its DJ.
local function waits_for_listeners()
  return nobody_listens() or redis.call("EXISTS", dj_away_since) == 1
end

-- In ms; nil where somebody listens, or it plays on for ever.
local function away_at()
  local empty_since = tonumber(redis.call("HGET", nest_state, "empty_since_ms") or "")
  return empty_since and away_ms ~= "" and empty_since + tonumber(away_ms) or nil
end

-- In ms; nil while the DJ is here, while the nest waits for them already, and without one.
local function dj_away_at()
  local left = tonumber(redis.call("HGET", nest_state, "dj_left_ms") or "")
  return left and left + tonumber(dj_away_ms)
end
