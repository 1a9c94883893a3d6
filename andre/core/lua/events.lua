-- The nest's event stream. An event and the change it tells of are written in the same step.
--
--   needs     clock json
--   keys      rev events
--   args      user_id
--
--   user_id  who acts, as the wire has them; empty for the server itself

local EVENTS_KEPT = 1000

local notifications = {} -- scope -> what commit.lua publishes, so that hubs read the stream
-- They carry no event: pub/sub knows no database numbers, so that two servers on one Redis hear each
-- other's.

-- Who did it, as a field of an event.
local function actor_field()
  return '"user":' .. text(user_id)
end

-- Append one event. `fields` is its JSON without braces, type, rev and ts.
local function publish(kind, scope, fields)
  local revision = redis.call("INCR", rev)
  local event = '{"type":"' .. kind .. '","rev":' .. revision .. ',"ts":' .. number(now)
  if fields ~= "" then
    event = event .. "," .. fields
  end
  redis.call("XADD", events, "MAXLEN", "~", EVENTS_KEPT, revision .. "-0", "event", event .. "}")
  notifications[scope] = '{"rev":' .. revision .. ',"type":"' .. scope .. '","ts":' .. number(now) .. ',"scope":"nest"}'
end
