-- A song that three others have jammed or blown an airhorn at earns its person one free airhorn, once.
--
--   prefixes  song jams horns freehorn

local FREEHORN_ADMIRERS = 3

local function award_freehorn(song)
  if song.auto == "1" or song.earned == "1" then
    return
  end
  local admirers = {}
  for _, person in ipairs(redis.call("ZRANGE", jams_prefix .. song.song_id, 0, -1)) do
    admirers[person] = true
  end
  for _, person in ipairs(redis.call("SMEMBERS", horns_prefix .. song.song_id)) do
    admirers[person] = true
  end
  admirers[song.user] = nil
  local count = 0
  for _ in pairs(admirers) do
    count = count + 1
  end
  if count >= FREEHORN_ADMIRERS then
    redis.call("HSET", song_prefix .. song.song_id, "earned", "1")
    redis.call("SADD", freehorn_prefix .. song.user, song.song_id)
  end
end
