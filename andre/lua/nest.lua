-- What every change of a nest begins with: is the nest alive, was this command answered before;
-- and how it ends: with events in the stream, one ring for each scope, the reply kept.
--
--   needs     clock
--   keys      life deleting rev events last_activity done
--   args      channel user remembers
--
--   user        who acts; empty for the house itself, which does not count as activity
--   remembers   "1" where `done` keeps the reply for a repeated command
--
--   Returns {"gone"} by itself where the nest does not live.
--   Lua truncates numbers on return, and cjson keeps 14 digits and turns [] into {}: replies are
--   strings, and the JSON of events is put together by hand.

local EVENTS_KEPT = 1000
local REPLY_KEPT_SECONDS = 600

if redis.call("EXISTS", life) == 0 or redis.call("EXISTS", deleting) == 1 then
  return {"gone"}
end

if remembers == "1" then
  local kept = redis.call("GET", done)
  if kept then
    return cjson.decode(kept)
  end
end

local function number(value)
  return string.format("%.14g", value)
end

local function text(value)
  return cjson.encode(value)
end

local rings = {}

-- Append one event. `members` is its JSON without braces, type, rev and ts.
local function publish(kind, scope, members)
  local revision = redis.call("INCR", rev)
  local event = '{"type":"' .. kind .. '","rev":' .. revision .. ',"ts":' .. number(now)
  if members ~= "" then
    event = event .. "," .. members
  end
  redis.call("XADD", events, "MAXLEN", "~", EVENTS_KEPT, revision .. "-0", "event", event .. "}")
  rings[scope] = '{"rev":' .. revision .. ',"type":"' .. scope .. '","ts":' .. number(now) .. ',"scope":"nest"}'
end

-- The way out of every script that changed something.
local function settled(reply)
  for _, notice in pairs(rings) do
    redis.call("PUBLISH", channel, notice)
  end
  note_time()
  if user ~= "" then
    redis.call("SET", last_activity, number(now))
  end
  if remembers == "1" then
    redis.call("SET", done, cjson.encode(reply), "EX", REPLY_KEPT_SECONDS)
  end
  return reply
end
