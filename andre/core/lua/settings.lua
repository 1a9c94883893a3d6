-- What a nest is set to: as was said of it, else as the house has it.
--
--   needs     nest
--   args      house_catalogue house_bender house_profile wanted_depth
--
--   house_bender  "1" where Bender fills unless the nest says otherwise
--   wanted_depth  how many songs Bender keeps queued where he does; 0: none anywhere

local function set_to(name, otherwise)
  return redis.call("HGET", nest_state, name) or otherwise
end

-- How many songs Bender keeps queued here.
local function wanted()
  return set_to("bender", house_bender) == "1" and tonumber(wanted_depth) or 0
end

local function settings_members()
  return '"catalogue":' .. text(set_to("catalogue", house_catalogue))
    .. ',"bender":' .. (wanted() > 0 and "true" or "false")
    .. ',"bender_profile":' .. text(set_to("bender_profile", house_profile))
end
