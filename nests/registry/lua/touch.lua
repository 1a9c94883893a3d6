-- Something happened in this nest.
--
--   needs     commit
--
--   Returns {"touched"}

return commit({ "touched" })
