-- Write down how it goes with a listener's own player, if they still listen there by this choice.
--
--   needs     guard
--   keys      followers follow_status
--   args      listener choice status
--
--   status  JSON, as `remote_controller.FollowStatus`
--
--   Returns {"left"} | {"chosen_again"} | {"saved"}

local follower = redis.call("HGET", followers, listener)
if not follower then
  return { "left" }
end
if cjson.decode(follower).choice ~= choice then
  return { "chosen_again" }
end
redis.call("HSET", follow_status, listener, status)
return { "saved" }
