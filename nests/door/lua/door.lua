-- The one door of a nest, in this order: banned, in already, who built it, locked, by a pass or an
-- invitation, by nothing else where it is for the invited, by the password, by approval, open to
-- everybody. It looks in the step that lets in.
--
--   needs     clock json
--   keys      bans members nest_state door_pending door_password
--   args      user user_id face
--
--   face  who they are on the wire, as JSON

local REFUSED_FOR_MS = 600000

-- They wait until they are let in by name; who was sent away does not knock again for a while.
local function knock()
  local kept = redis.call("HGET", door_pending, user)
  local before = kept and cjson.decode(kept)
  if before and before.state == "refused" and now - before.at_ms < REFUSED_FOR_MS then
    return "refused"
  end
  if before and before.state == "pending" then
    return "again"
  end
  redis.call("HSET", door_pending, user, '{"person":' .. face .. ',"at_ms":' .. number(now) .. ',"state":"pending"}')
  note_time()
  return "first"
end

-- Why somebody is not let in, as a reply; nothing for who is. `entry` is what they come with: "creator",
-- "pass", "invitation", or the hash of the password that they know.
local function refuse_entry(entry)
  local ban = redis.call("HGET", bans, user_id)
  if ban then
    return { "banned", ban }
  end
  if redis.call("SISMEMBER", members, user) == 1 or entry == "creator" then
    return nil
  end
  if redis.call("HGET", nest_state, "locked") == "1" then
    return { "locked", knock() }
  end
  if entry == "pass" or entry == "invitation" or redis.call("HGET", nest_state, "is_private") ~= "1" then
    return nil
  end
  local mode = redis.call("HGET", nest_state, "entry_mode")
  if mode == "invitation" then
    return { "uninvited" }
  end
  if mode ~= "password" then
    return { "pending", knock() }
  end
  if entry == "" or redis.call("GET", door_password) ~= entry then
    return { "password" }
  end
end
