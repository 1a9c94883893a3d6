-- What every change begins with: may this person command here, and was this command answered before?
--
--   needs     guard
--   keys      command_replies members
--   args      user command remembers
--
--   user       who acts; empty for the server itself
--   command    what is asked for, told apart from any other command; empty: this is no command
--   remembers  "1" where `command_replies` keeps the reply for a repeated command
--
--   Returns by itself, for a command, {"not_a_member"}, {"id_reused"} where its id was used for another
--   one, or what it was answered before.

local REPLY_KEPT_SECONDS = 600

if command ~= "" and redis.call("SISMEMBER", members, user) == 0 then
  return { "not_a_member" }
end

if remembers == "1" then
  local kept = redis.call("GET", command_replies)
  if kept then
    local answered = cjson.decode(kept)
    if answered.command ~= command then
      return { "id_reused" }
    end
    return answered.reply
  end
end

local function remember(reply)
  if remembers == "1" then
    redis.call("SET", command_replies, cjson.encode({ command = command, reply = reply }), "EX", REPLY_KEPT_SECONDS)
  end
end
