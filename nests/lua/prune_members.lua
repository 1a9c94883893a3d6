-- Whoever has not been alive for 90 seconds leaves, without a word.
--
--   needs     room
--   args
--
--   Returns {"pruned", count, "emptied" | ""}

local gone, emptied = 0, false
for _, person in ipairs(redis.call("SMEMBERS", members)) do
  if redis.call("EXISTS", member_prefix .. person) == 0 then
    gone = gone + 1
    emptied = depart(person) or emptied
  end
end
return settled({ "pruned", tostring(gone), emptied and "emptied" or "" })
