-- Tell a listener's own connections that a playlist of theirs is gone.
--
--   needs     commit listener_events
--   args      playlist_id
--
--   Returns {"told"}

publish_own("playlist_deleted", "playlists", '"playlist_id":' .. playlist_id)
return commit({ "told" })
