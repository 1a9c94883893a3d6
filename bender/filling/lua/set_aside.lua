-- Set songs aside for when Bender has no idea.
--
--   needs     nest
--   keys      backup_queue backup_queue_data
--   args      tracks anew
--
--   tracks  JSON list of [address, track as JSON]
--   anew    "1": in place of those set aside before
--
--   Returns {"kept", how many are set aside now}

if anew == "1" then
  redis.call("DEL", backup_queue, backup_queue_data)
end
for _, track in ipairs(cjson.decode(tracks)) do
  redis.call("LREM", backup_queue, 0, track[1])
  redis.call("RPUSH", backup_queue, track[1])
  redis.call("HSET", backup_queue_data, track[1], track[2])
end
return { "kept", number(redis.call("LLEN", backup_queue)) }
