-- A connection names its device: a sign of life, if it is the one that sounds.
--
--   needs     guard speaker
--   keys      speaker
--   args      device tab gone_ms
--
--   gone_ms  for how long a speaker may show no sign of life
--
--   Returns {"met"} | {"gone_for_long"} where another device sounds, and has been gone for so long

local is_speaker = see_speaker(speaker, device, tab)
if not is_speaker and read_speaker(speaker) ~= "" and is_speaker_gone(speaker, gone_ms) then
  return { "gone_for_long" }
end
return { "met" }
