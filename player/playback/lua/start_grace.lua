-- The DJ of this nest is not here, and nobody has noted since when: grace begins now.
--
--   needs     commit dj grace save_playback
--
--   Returns {"unchanged"} | {"grace", due...}

if not dj() or is_in_grace() or is_dj_here() then
  return { "unchanged" }
end
begin_grace(now)
return commit({ "grace", save_playback() })
