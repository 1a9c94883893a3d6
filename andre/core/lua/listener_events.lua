-- The event stream of who acts, in this nest: it reaches their own connections only.
--
--   needs     clock events json
--   keys      listener_rev listener_events
--   args      user_id

local OWN_EVENTS_KEPT = 100

-- Append one event. `kind` and `fields` as of `publish`; the notification names whose it is.
local function publish_own(kind, about, fields)
  local revision = redis.call("INCR", listener_rev)
  local event = '{"type":"' .. kind .. '","scope":"listener","rev":' .. revision .. ',"ts":' .. number(now) .. "," .. fields
  redis.call("XADD", listener_events, "MAXLEN", "~", OWN_EVENTS_KEPT, revision .. "-0", "event", event .. "}")
  notifications.listener = '{"rev":' .. revision .. ',"type":"' .. about .. '","ts":' .. number(now)
    .. ',"scope":"listener","person":' .. text(user_id) .. "}"
end
