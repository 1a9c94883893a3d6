-- A nest's settings: its own where it has one, else the server's.
--
--   keys      nest_state
--   args      house_bender wanted_depth
--
--   house_bender  "1" where Bender fills unless the nest says otherwise
--   wanted_depth  how many songs Bender keeps queued where he does; 0: none anywhere

local function setting(name, otherwise)
  return redis.call("HGET", nest_state, name) or otherwise
end

-- How many songs Bender keeps queued here.
local function autoplay_depth()
  return setting("bender", house_bender) == "1" and tonumber(wanted_depth) or 0
end
