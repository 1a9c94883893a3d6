-- Give back a vanity code that was reserved and not claimed.
--
--   keys      vanity
--   args      nest
--
--   Returns {"kept"} | {"freed"}

if redis.call("GET", vanity) ~= nest or redis.call("TTL", vanity) < 0 then
  return { "kept" }
end
redis.call("DEL", vanity)
return { "freed" }
