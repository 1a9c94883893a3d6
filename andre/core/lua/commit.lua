-- What every change ends with: one notification for each scope that has events, the time noted, the
-- reply kept with the command it answers.
--
--   needs     command clock events json
--   keys      last_activity
--   args      channel user
--
--   user  empty for the server itself, whose changes do not count as activity

-- The way out of every script that changed something. `later` is what the same command is answered when
-- it comes again, where that is not the same; false: a further step of the command has its answer.
local function commit(reply, later)
  for _, notification in pairs(notifications) do
    redis.call("PUBLISH", channel, notification)
  end
  note_time()
  if user ~= "" then
    redis.call("SET", last_activity, number(now))
  end
  if later ~= false then
    remember(later or reply)
  end
  return reply
end
