-- What the scripts about the preview share: which one it is, and how another is shown.
--
--   needs     adding
--   keys      next_preview

local preview = hash(next_preview)
preview.track = preview.track or ""

local function show(shown)
  publish("preview_changed", "queue", '"preview":' .. shown)
end

local function drop_preview()
  redis.call("DEL", next_preview)
  show("null")
end
