-- What the scripts about listeners share: who is here, and how one goes.
--
--   needs     nest
--   keys      listeners people presence_pending
--   prefixes  member connections

local ALIVE_SECONDS = 90

local function note_presence(person, what)
  local pending = redis.call("HGET", presence_pending, person)
  if pending and pending ~= what then
    redis.call("HDEL", presence_pending, person)
  else
    redis.call("HSET", presence_pending, person, what)
  end
end

-- Seen now on one connection; connections that missed their beats fall out.
local function beat(person, connection)
  local key = connections_prefix .. person
  redis.call("ZADD", key, number(now), connection)
  redis.call("ZREMRANGEBYSCORE", key, "-inf", number(now - ALIVE_SECONDS * 1000))
  redis.call("EXPIRE", key, ALIVE_SECONDS)
  redis.call("SET", member_prefix .. person, "1", "EX", ALIVE_SECONDS)
end

local function arrive(person)
  if redis.call("SADD", listeners, person) == 0 then
    return false
  end
  note_presence(person, "joined")
  return true
end

local function depart(person)
  redis.call("DEL", connections_prefix .. person, member_prefix .. person)
  if redis.call("SREM", listeners, person) == 1 then
    note_presence(person, "left")
  end
  if redis.call("SCARD", listeners) == 0 and redis.call("HEXISTS", nest_state, "empty_since_ms") == 0 then
    redis.call("HSET", nest_state, "empty_since_ms", number(now))
    return true
  end
  return false
end
