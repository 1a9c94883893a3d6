-- A jam as events and rows show it.
--
--   needs     json people

local function jam_json(song, person, at)
  return person_json(person):sub(1, -2) .. ',"at_ms":' .. number(tonumber(at))
    .. ',"throwback":' .. (song.throwback_of == person and "true" or "false") .. "}"
end
