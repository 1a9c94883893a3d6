-- Where a DJ controls what plays, nobody else does: asked in the step of the change, so that what the
-- nest is set to at this moment counts.
--
--   needs     command dj
--   args      user command
--
--   user     who acts
--   command  empty: no person of the nest acts, but the server itself
--
--   Returns by itself {"dj_only"} to anybody else.

if command ~= "" and dj() and dj() ~= user then
  return { "dj_only" }
end
