-- Move one key of an old installation, all of it or nothing.
--
--   needs     clock
--   keys      source destination old_song new_song filters
--   args      of_song is_votes is_filter kinds needs_value value dry_run
--
--   of_song      "1": it belongs to a song, and goes nowhere if another song has taken that number
--   is_votes     "1": a set of addresses, each a vote up, becomes a hash
--   is_filter    "1": named after a track, which Bender leaves alone for as long as the key lives
--   kinds        the types that can be read here, with spaces between; empty: nothing reads it
--   needs_value  "1": `value` is written in its place; without one it cannot be read here
--   dry_run      "1": only say what would be done
--
--   Returns {"missing"} | {"conflict"} | {"left"}: it stays, for it cannot be read here | {"moved"}

local FOR_EVER_MS = 1e15
local FILTERED_AS = { queued = true, picked = true, rejected = true }

if redis.call("EXISTS", source) == 0 then
  return { "missing" }
end
if redis.call("EXISTS", destination) == 1 then
  return { "conflict" }
end
if of_song == "1" and redis.call("EXISTS", old_song) + redis.call("EXISTS", new_song) == 2 then
  return { "conflict" }
end
local kind = redis.call("TYPE", source).ok
if kinds ~= "" and not (" " .. kinds .. " "):find(" " .. kind .. " ", 1, true)
  or needs_value == "1" and value == "" then
  return { "left" }
end
if dry_run == "1" then
  return { "moved" }
end

local ttl = math.max(0, redis.call("PTTL", source))
if is_votes == "1" and kind == "set" then
  for _, person in ipairs(redis.call("SMEMBERS", source)) do
    redis.call("HSET", destination, person, "1")
  end
elseif needs_value == "1" then
  redis.call("SET", destination, value)
else
  redis.call("RESTORE", destination, 0, redis.call("DUMP", source))
end
if ttl > 0 then
  redis.call("PEXPIRE", destination, ttl)
end
if is_filter == "1" then
  local why = redis.call("GET", source)
  redis.call("HSET", filters, source:sub(#"FILTER|" + 1), (FILTERED_AS[why] and why or "queued") .. ":"
    .. string.format("%.14g", ttl > 0 and now + ttl or FOR_EVER_MS))
end
redis.call("DEL", source)
return { "moved" }
