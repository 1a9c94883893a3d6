-- Make one device of a listener the one that sounds here, or none.
--
--   needs     commit listener_events speaker
--   keys      speaker listener_rev
--   args      device tab if_free gone_ms
--
--   device   "" for none
--   tab      of that device; "" where it has none, or any of them may sound
--   if_free  "1": not if another one sounds, unless it has been gone for `gone_ms`
--
--   Returns {"chosen" | "kept", revision of the listener's own scope}

local chosen, chosen_tab = read_speaker(speaker)
local is_same = chosen == device and (chosen_tab == tab or tab == "")

local function is_free()
  return chosen == "" or (chosen == device and chosen_tab == "") or is_speaker_gone(speaker, gone_ms)
end

if not is_same then
  if if_free == "1" and not is_free() then
    return commit({ "kept", redis.call("GET", listener_rev) or "0" })
  end
  -- Tokens are bound to the epoch. The tab that sounded last comes back without another one.
  local holder = device .. "|" .. tab
  if redis.call("HGET", speaker, "holder") ~= holder then
    redis.call("HINCRBY", speaker, "epoch", 1)
  end
  redis.call("HSET", speaker, "device", device, "tab", tab, "holder", holder)
  local shown = "null"
  if device ~= "" then
    shown = '{"device":' .. text(device) .. ',"tab":' .. (tab ~= "" and text(tab) or "null") .. "}"
  end
  publish_own("speaker_changed", "speaker", '"speaker":' .. shown)
end
redis.call("HSET", speaker, "seen_ms", number(now))
return commit({ "chosen", redis.call("GET", listener_rev) or "0" })
