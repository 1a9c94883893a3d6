-- The tab that sounds is closed: any other tab of its device may sound from now on.
--
--   needs     commit listener_events speaker
--   keys      speaker
--   args      device tab
--
--   Returns {"vacated"} | {"kept"} where it did not sound

local chosen, chosen_tab = read_speaker(speaker)
if tab == "" or chosen ~= device or chosen_tab ~= tab then
  return commit({ "kept" })
end
redis.call("HSET", speaker, "tab", "")
publish_own("speaker_changed", "speaker", '"speaker":{"device":' .. text(device) .. ',"tab":null}')
return commit({ "vacated" })
