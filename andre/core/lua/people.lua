-- People as events and snapshots show them: id, name and picture, never the address.
--
--   keys      people

local NOBODY = '{"id":"","name":"","picture":"","is_guest":false}'

local function person_json(address)
  return redis.call("HGET", people, address) or NOBODY
end

-- Empty for nobody, and for whom the nest has never seen.
local function id_of(address)
  return address ~= "" and person_json(address):match('^{"id":"(%x*)"') or ""
end
