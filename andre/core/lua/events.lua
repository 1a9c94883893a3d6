-- The nest's event stream. An event and the change it tells of are written in the same step.
--
--   needs     clock json
--   keys      rev events
--   args      user_id
--
--   user_id  who acts, as the wire has them; empty for the server itself

local EVENTS_KEPT = 1000

local MOST_CARRIED = 1024 -- Bytes of an event that its notification carries along.

local notifications = {} -- what commit.lua publishes: one for each scope, in the order of their events
local places = {} -- scope -> where its notification stands

-- Who did it, as a field of an event.
local function actor_field()
  return '"user":' .. text(user_id)
end

-- One for each scope. `event` goes along where it is small and the only one of its scope, so that hubs
-- need not read the stream.
local function notify(scope, notification, event)
  local is_first = not places[scope]
  if is_first then
    places[scope] = #notifications + 1
  end
  if event and is_first and #event <= MOST_CARRIED then
    notification = notification .. ',"event":' .. event
  end
  notifications[places[scope]] = notification .. "}"
end

-- Append one event. `fields` is its JSON without braces, type, rev and ts.
local function publish(kind, scope, fields)
  local revision = redis.call("INCR", rev)
  local event = '{"type":"' .. kind .. '","rev":' .. revision .. ',"ts":' .. number(now)
  if fields ~= "" then
    event = event .. "," .. fields
  end
  event = event .. "}"
  redis.call("XADD", events, "MAXLEN", "~", EVENTS_KEPT, revision .. "-0", "event", event)
  notify(scope, '{"rev":' .. revision .. ',"type":"' .. scope .. '","ts":' .. number(now) .. ',"scope":"nest"', event)
end
