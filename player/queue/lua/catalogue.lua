-- Whose songs a nest takes.
--
--   needs     settings
--   args      house_catalogue providers_by_catalogue
--
--   providers_by_catalogue  JSON, catalogue -> names of providers; empty: any nest takes any song

local function belongs_here(provider)
  if providers_by_catalogue == "" then
    return true
  end
  local catalogue = setting("catalogue", house_catalogue)
  for _, name in ipairs(cjson.decode(providers_by_catalogue)[catalogue] or {}) do
    if name == provider then
      return true
    end
  end
  return false
end
