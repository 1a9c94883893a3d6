-- A command that changes nothing has been answered: from here on its id means this one.
--
--   needs     command
--
--   Returns {"remembered"}

remember({ "remembered" })
return { "remembered" }
