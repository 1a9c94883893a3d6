-- Note how far time has come.
--
--   needs     clock
--   args
--
--   Returns {"noted", ms}

note_time()
return { "noted", string.format("%.0f", now) }
