-- Tell a listener's own connections that a playlist of theirs is new or has changed.
--
--   needs     commit listener_events
--   args      playlist
--
--   playlist  JSON, the shape Playlist of the protocol
--
--   Returns {"told"}

publish_own("playlist_changed", "playlists", '"playlist":' .. playlist)
return commit({ "told" })
