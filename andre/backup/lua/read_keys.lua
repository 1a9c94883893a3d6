-- Read every key of a pattern in one step, so that all of it is of one moment.
--
--   args      pattern
--
--   Returns {"keys", {name, type, ms to live or -1, values, last id}, ...}; values are flat: field and
--   value of a hash, member and score of a zset; of a stream {id, fields} each. The last id is a
--   stream's, else "".

local function last_id(name)
  local facts = redis.call("XINFO", "STREAM", name)
  for at = 1, #facts, 2 do
    if facts[at] == "last-generated-id" then
      return facts[at + 1]
    end
  end
end

local function read(name, kind)
  if kind == "string" then
    return { redis.call("GET", name) }, ""
  elseif kind == "hash" then
    return redis.call("HGETALL", name), ""
  elseif kind == "list" then
    return redis.call("LRANGE", name, 0, -1), ""
  elseif kind == "set" then
    return redis.call("SMEMBERS", name), ""
  elseif kind == "zset" then
    return redis.call("ZRANGE", name, 0, -1, "WITHSCORES"), ""
  elseif kind == "stream" then
    return redis.call("XRANGE", name, "-", "+"), last_id(name)
  end
  error("no backup knows keys of the type " .. kind)
end

local found, seen, cursor = { "keys" }, {}, "0"
repeat
  local page = redis.call("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
  cursor = page[1]
  for _, name in ipairs(page[2]) do
    if not seen[name] then
      seen[name] = true
      local kind = redis.call("TYPE", name).ok
      local values, last = read(name, kind)
      found[#found + 1] = { name, kind, redis.call("PTTL", name), values, last }
    end
  end
until cursor == "0"
return found
