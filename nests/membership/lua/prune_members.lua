-- Whoever has not been alive for 90 seconds leaves, without a word. A sign of life that would hold
-- longer than any is given for was overtaken by Redis's own clock, set back; from now on it holds 90.
--
--   needs     commit presence
--   keys      listeners
--   prefixes  member
--
--   Returns {"pruned", count, "emptied" | "", about DJ}

local gone, emptied = 0, false
for _, person in ipairs(redis.call("SMEMBERS", listeners)) do
  if redis.call("EXISTS", member_prefix .. person) == 0 then
    gone = gone + 1
    emptied = depart(person) or emptied
  elseif redis.call("TTL", member_prefix .. person) > ALIVE_SECONDS then
    redis.call("EXPIRE", member_prefix .. person, ALIVE_SECONDS)
  end
end
return commit({ "pruned", tostring(gone), emptied and "emptied" or "", about_dj() })
