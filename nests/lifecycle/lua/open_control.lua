-- The DJ has not come back: from now on everybody controls what plays. What was frozen stays so.
--
--   needs     commit dj events shown_settings
--   keys      nest_state
--   args      shown
--
--   shown  JSON, the settings that everybody sees, as shown_settings.lua reads them
--
--   Returns {"unchanged"} | {"opened"}

if not is_grace_over() then
  return { "unchanged" }
end
redis.call("HDEL", nest_state, "control_mode")
end_grace()
publish("nest_settings_changed", "nest", settings_members(cjson.decode(shown)) .. "," .. actor_field())
return commit({ "opened" })
