-- What the scripts of moderation share: what is kept of a decision, and how it is told.
--
--   needs     events json people clock
--   keys      moderation_log
--   args      user user_id

local ACTS_KEPT = 50

-- What is kept of somebody who is muted or banned.
local function decision(reason)
  return '{"reason":' .. text(reason) .. ',"by":' .. text(user_id) .. ',"at_ms":' .. number(now) .. "}"
end

-- Everybody hears what was done to whom; why stands in the list that moderators see.
local function tell_decision(verb, whom, reason)
  redis.call("LPUSH", moderation_log, '{"act":' .. text(verb) .. ',"person":' .. whom .. ',"by":' .. person_json(user)
    .. ',"reason":' .. text(reason) .. ',"at_ms":' .. number(now) .. "}")
  redis.call("LTRIM", moderation_log, 0, ACTS_KEPT - 1)
  publish("listener_" .. verb, "listeners", '"person":' .. whom .. "," .. actor_field())
end
