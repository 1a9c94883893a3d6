-- What every change of a nest begins with: is the nest alive, may this person command here, was
-- this command answered before; and how it ends: with events in the stream, one ring for each scope,
-- the reply kept with the command it answers.
--
--   needs     clock
--   keys      nest_state deleting rev events last_activity command_replies members
--   args      channel user command remembers
--
--   user        who acts; empty for the house itself, which does not count as activity
--   command     what is asked for, told apart from any other command; empty: this is no command
--   remembers   "1" where `command_replies` keeps the reply for a repeated command
--
--   Returns by itself {"gone"} where the nest does not live, and for a command {"not_a_member"}, or
--   {"id_reused"} where its id was used for another one.
--   Lua truncates numbers on return, and cjson keeps 14 digits and turns [] into {}: replies are
--   strings, and the JSON of events is put together by hand.

local EVENTS_KEPT = 1000
local REPLY_KEPT_SECONDS = 600

if redis.call("EXISTS", nest_state) == 0 or redis.call("EXISTS", deleting) == 1 then
  return {"gone"}
end

if command ~= "" and redis.call("SISMEMBER", members, user) == 0 then
  return {"not_a_member"}
end

if remembers == "1" then
  local kept = redis.call("GET", command_replies)
  if kept then
    local answered = cjson.decode(kept)
    if answered.command ~= command then
      return {"id_reused"}
    end
    return answered.reply
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

local function remember(reply)
  if remembers == "1" then
    redis.call("SET", command_replies, cjson.encode({ command = command, reply = reply }), "EX", REPLY_KEPT_SECONDS)
  end
end

-- The way out of every script that changed something. `later` is what the same command is told when
-- it comes again, where that is not the same.
local function settled(reply, later)
  for _, notice in pairs(rings) do
    redis.call("PUBLISH", channel, notice)
  end
  note_time()
  if user ~= "" then
    redis.call("SET", last_activity, number(now))
  end
  remember(later or reply)
  return reply
end
