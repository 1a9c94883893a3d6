-- What the player's scripts share about catalogues: whose songs a nest takes.
--
--   needs     settings
--   args      takers
--
--   takers  JSON, catalogue -> names of providers; empty: any nest takes any song

local function belongs_here(provider)
  if takers == "" then
    return true
  end
  local catalogue = set_to("catalogue", house_catalogue)
  for _, name in ipairs(cjson.decode(takers)[catalogue] or {}) do
    if name == provider then
      return true
    end
  end
  return false
end
