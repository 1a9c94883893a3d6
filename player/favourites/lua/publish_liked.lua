-- Tell a listener's own connections that a track is among their favourites now, or is no more.
--
--   needs     commit listener_events
--   args      uri liked
--
--   Returns {"told"}

publish_own("track_liked", "favourites", '"uri":' .. text(uri) .. ',"liked":' .. (liked == "1" and "true" or "false"))
return commit({ "told" })
