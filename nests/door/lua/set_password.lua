-- The password that lets people in; the one before ends at once. Where the nest asks for none, none is
-- kept.
--
--   needs     guard
--   keys      nest_state door_password
--   args      password_hash only_if_missing
--
--   password_hash    empty: none is to be set
--   only_if_missing  "1": one that is there stays
--
--   Returns {"not_asked"} | {"stays"} | {"set"}

local life = redis.call("HMGET", nest_state, "is_private", "entry_mode")
if life[1] ~= "1" or life[2] ~= "password" then
  redis.call("DEL", door_password)
  return { "not_asked" }
end
if password_hash == "" or only_if_missing == "1" and redis.call("EXISTS", door_password) == 1 then
  return { "stays" }
end
redis.call("SET", door_password, password_hash)
return { "set" }
