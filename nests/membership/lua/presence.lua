-- What the scripts about listeners share: who is here, and how one goes.
--
--   needs     clock dj json
--   keys      listeners presence_pending nest_state
--   prefixes  member connections

local ALIVE_SECONDS = 90

local dj_left = false -- The DJ is gone from now on: the caller schedules when the music freezes.
local dj_returned = false -- While the nest waited for them.

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
  dj_left = note_dj() or dj_left
  dj_returned = dj_returned or (is_in_grace() and person == dj())
  return true
end

local function depart(person)
  redis.call("DEL", connections_prefix .. person, member_prefix .. person)
  if redis.call("SREM", listeners, person) == 1 then
    note_presence(person, "left")
    dj_left = note_dj() or dj_left
  end
  if redis.call("SCARD", listeners) == 0 and redis.call("HEXISTS", nest_state, "empty_since_ms") == 0 then
    redis.call("HSET", nest_state, "empty_since_ms", number(now))
    return true
  end
  return false
end

-- The last field of a reply: what there is to be told of the DJ.
local function about_dj()
  return dj_returned and "dj_returned" or dj_left and "dj_left" or ""
end
