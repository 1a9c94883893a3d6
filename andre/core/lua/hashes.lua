-- A hash as a table.

local function read_hash(key)
  local flat, found = redis.call("HGETALL", key), {}
  for place = 1, #flat, 2 do
    found[flat[place]] = flat[place + 1]
  end
  return found
end
