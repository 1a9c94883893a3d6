-- What the scripts about the preview share: which one it is, and how another is shown.
--
--   needs     events hashes
--   keys      next_preview

local preview = read_hash(next_preview)
preview.track = preview.track or ""

local function show(shown)
  publish("preview_changed", "queue", '"preview":' .. shown)
end

local function drop_preview()
  redis.call("DEL", next_preview)
  show("null")
end
