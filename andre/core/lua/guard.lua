-- What every script of a nest begins with: is the nest alive, and stored as this version reads it?
--
--   keys      nest_state deleting
--   args      ids_version
--
--   ids_version  which form of stored data about people this version of Andre reads
--
--   Returns by itself {"gone"} where the nest does not live, {"outdated"} where another version of
--   Andre has stored it.

local stored_version = redis.call("HGET", nest_state, "ids_version")
if redis.call("EXISTS", deleting) == 1 or (not stored_version and redis.call("EXISTS", nest_state) == 0) then
  return { "gone" }
end
if stored_version ~= ids_version then
  return { "outdated" }
end
