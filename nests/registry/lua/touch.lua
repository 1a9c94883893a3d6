-- Something happened in this nest.
--
--   needs     nest
--   args
--
--   Returns {"touched"}

return settled({ "touched" })
