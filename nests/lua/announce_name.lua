-- Tell everyone in the nest its new name.
--
--   needs     nest
--   args      members_json
--
--   members_json  the event's own fields, JSON without braces
--
--   Returns {"announced", rev}

publish("nest_renamed", "nest", members_json)
return settled({ "announced", redis.call("GET", rev) })
