-- Where the playing song is. Writes nothing but the reply of a command that has an id.
--
--   needs     command clock json playback_state
--
--   Returns {"position", song id or "", position, version, now}

local reply = { "position", playing.song_id, number(position()), number(playing.version), number(now) }
remember(reply)
return reply
