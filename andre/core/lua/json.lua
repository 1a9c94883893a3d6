-- Values as JSON. Lua truncates numbers on return, and cjson keeps 14 digits and turns [] into {}:
-- replies are strings, and the JSON of events is put together by hand.

local function number(value)
  return string.format("%.14g", value)
end

local function text(value)
  return cjson.encode(value)
end
