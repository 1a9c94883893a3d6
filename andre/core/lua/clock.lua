-- What time it is. It never goes back: where the server's own clock has been set back, time goes on
-- from the latest moment that was noted, and what the server lags behind is kept. Once its clock is
-- past that moment again, it counts by itself. andre/core/clock.py is the same arithmetic in Python.
--
--   keys      clock
--   args      handed_now
--
--   handed_now  ms in place of the server's own clock; empty: its own

local own_time = tonumber(handed_now)
if not own_time then
  local parts = redis.call("TIME")
  own_time = tonumber(parts[1]) * 1000 + math.floor(tonumber(parts[2]) / 1000)
end

local noted = redis.call("HMGET", clock, "reached_ms", "lag_ms")
local reached, lag = tonumber(noted[1]) or 0, tonumber(noted[2]) or 0
if own_time >= reached then
  lag = 0
else
  lag = math.max(lag, reached - own_time)
end
local now = own_time + lag

-- Whatever keeps a moment notes it: none that was kept is ever in the future.
local function note_time()
  redis.call("HSET", clock, "reached_ms", string.format("%.0f", now), "lag_ms", string.format("%.0f", lag))
end
