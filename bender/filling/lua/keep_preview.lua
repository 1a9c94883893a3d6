-- Show this as what Bender would play next, if what was shown is still what he saw, he still has a
-- say, and nobody has turned the track away or queued it meanwhile. Without a track, show nothing.
--
--   needs     commit preview queued_tracks settings
--   keys      rev next_preview seed_info
--   prefixes  filter
--   args      expected track strategy reason original_user seed set shown song
--
--   expected  the track of the preview he saw; empty: there was none
--   seed      the last track a person had queued
--   set       what the nest was set to
--   shown     what pages get, as JSON
--   song      the fields to queue, as JSON
--
--   Returns {"changed"} | {"unwelcome"} | {"kept", rev}

if preview.track ~= expected then
  return commit({ "changed" })
end
if track == "" then
  if expected ~= "" then
    redis.call("DEL", next_preview)
    show("null")
  end
  return commit({ "kept", redis.call("GET", rev) or "0" })
end
if autoplay_depth() == 0 or redis.call("GET", filter_prefix .. track) == "rejected" or queued_tracks()[track] then
  return commit({ "unwelcome" })
end

redis.call("HDEL", seed_info, "failures")
redis.call("DEL", next_preview)
redis.call("HSET", next_preview, "track", track, "strategy", strategy, "reason", reason,
  "original_user", original_user, "seed", seed, "set", set, "shown", shown, "song", song)
show(shown)
return commit({ "kept", redis.call("GET", rev) })
