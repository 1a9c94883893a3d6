-- What a nest is set to, as an event tells it.
--
--   needs     json settings

-- `rows` are the settings that everybody sees: name, kind, `otherwise` as the server has it,
-- `is_offered`: whether the house has what it needs.
local function settings_members(rows)
  local fields = {}
  for _, row in ipairs(rows) do
    local value = setting(row.name, row.otherwise)
    local told = text(value)
    if row.kind == "switch" then
      told = (value == "1" and row.is_offered) and "true" or "false"
    elseif value == "" then
      told = "null"
    elseif row.kind == "number" or row.kind == "weights" or row.kind == "list" then
      told = value
    end
    fields[#fields + 1] = text(row.name) .. ":" .. told
  end
  return table.concat(fields, ",")
end
