-- Which device of a listener sounds here: what the scripts about it share.
--
--   needs     clock json

-- The device and the tab of it, "" for none. Without a tab any of that device may be meant.
local function read_speaker(key)
  local found = redis.call("HMGET", key, "device", "tab")
  return found[1] or "", found[2] or ""
end

-- A sign of life of a device. Whether it is the speaker.
local function see_speaker(key, device, tab)
  local chosen, chosen_tab = read_speaker(key)
  local is_speaker = device ~= "" and chosen == device and (chosen_tab == "" or chosen_tab == tab)
  if is_speaker then
    redis.call("HSET", key, "seen_ms", number(now))
  end
  return is_speaker
end

local function is_speaker_gone(key, gone_ms)
  return (tonumber(redis.call("HGET", key, "seen_ms")) or 0) + tonumber(gone_ms) <= now
end
