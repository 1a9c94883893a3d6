-- Keep a vanity code for a nest while the change that claims it is made.
--
--   keys      vanity vanity_as_code vanity_as_slug
--   args      nest
--
--   Returns {"taken"} | {"reserved"}

local RESERVED_SECONDS = 60

local owner = redis.call("GET", vanity)
if (owner and owner ~= nest) or redis.call("EXISTS", vanity_as_code, vanity_as_slug) > 0 then
  return { "taken" }
end
if not owner then
  redis.call("SET", vanity, nest, "EX", RESERVED_SECONDS)
end
return { "reserved" }
