-- The ids of the songs that wait, in their order.
--
--   keys      queue

-- With all its digits: songs of the same order are sorted as text, and the older one comes first.
local function queue_member(id)
  return string.format("%010d", id)
end

local function queued_ids()
  local ids = redis.call("ZRANGE", queue, 0, -1)
  for place, id in ipairs(ids) do
    ids[place] = tonumber(id)
  end
  return ids
end
