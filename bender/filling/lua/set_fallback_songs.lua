-- Which songs play when Bender finds none.
--
--   needs     commit json
--   keys      backup_queue backup_queue_data rev
--   args      tracks replaces
--
--   tracks    JSON list of [address, track as JSON]; one that is there already moves to the end
--   replaces  "1": in place of those before
--
--   Returns {"set", rev, how many there are now}

if replaces == "1" then
  redis.call("DEL", backup_queue, backup_queue_data)
end
for _, track in ipairs(cjson.decode(tracks)) do
  redis.call("LREM", backup_queue, 0, track[1])
  redis.call("RPUSH", backup_queue, track[1])
  redis.call("HSET", backup_queue_data, track[1], track[2])
end
return commit({ "set", redis.call("GET", rev) or "0", number(redis.call("LLEN", backup_queue)) })
