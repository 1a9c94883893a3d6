-- Tell everyone in the nest its new name.
--
--   needs     commit events
--   keys      rev
--   args      members_json name slug_text
--
--   members_json  the event's own fields, JSON without braces
--   name          and slug_text are given back, so that the same command is answered alike
--
--   Returns {"announced", rev, name, slug}

publish("nest_renamed", "nest", members_json)
return commit({ "announced", redis.call("GET", rev), name, slug_text })
