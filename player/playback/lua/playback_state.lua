-- What plays, and where in its song it is.
--
--   needs     clock hashes json
--   keys      playback
--   args      stale_ms
--
--   stale_ms  a state untouched for longer is shown paused at the beginning of its song

local playing = read_hash(playback)
playing.song_id = playing.song_id or ""
playing.play_state = playing.play_state or "stopped"
playing.position_ms = tonumber(playing.position_ms) or 0
playing.duration_ms = tonumber(playing.duration_ms) or 0
playing.changed_at_ms = tonumber(playing.changed_at_ms) or 0
playing.ends_at_ms = tonumber(playing.ends_at_ms) or 0
playing.started_ms = tonumber(playing.started_ms) or 0
playing.heard_ms = tonumber(playing.heard_ms) or 0
playing.version = tonumber(playing.version) or 0
playing.shuffle = playing.shuffle or "0"
playing.shuffle_seed = playing.shuffle_seed or ""
playing.shuffle_at = tonumber(playing.shuffle_at) or 0
playing.repeat_mode = playing.repeat_mode or "off"
playing.changed_by = playing.changed_by or ""
playing.locked = playing.locked or ""
playing.held_by = playing.held_by or ""
playing.last_song = playing.last_song or ""
playing.due_ms = playing.due_ms or ""
playing.autoplay_requested = playing.autoplay_requested or ""

local function is_playing()
  return playing.play_state == "playing"
end

if playing.song_id ~= "" and now - playing.changed_at_ms > tonumber(stale_ms) then
  playing.play_state = "paused"
  playing.position_ms = 0
  playing.held_by = ""
end

-- position(now), spec P1: projected while playing, clamped to the song.
local function position()
  if not is_playing() then
    return playing.position_ms
  end
  local projected = playing.position_ms + (now - playing.changed_at_ms)
  return math.max(0, math.min(projected, playing.duration_ms))
end

local function playback_members()
  return '"song_id":' .. (playing.song_id == "" and "null" or playing.song_id)
    .. ',"play_state":"' .. playing.play_state .. '"'
    .. ',"is_playing":' .. (is_playing() and "true" or "false")
    .. ',"position_ms":' .. number(math.floor(position()))
    .. ',"duration_ms":' .. number(playing.duration_ms)
    .. ',"changed_at_ms":' .. number(playing.changed_at_ms)
    .. ',"ends_at_ms":' .. (is_playing() and number(playing.ends_at_ms) or "null")
    .. ',"version":' .. number(playing.version)
    .. ',"shuffle":' .. (playing.shuffle == "1" and "true" or "false")
    .. ',"repeat_mode":"' .. playing.repeat_mode .. '"'
    .. ',"changed_by":' .. text(playing.changed_by)
    .. ',"locked_song_id":' .. (playing.locked == "" and "null" or playing.locked)
    .. ',"server_ms":' .. number(now)
end
