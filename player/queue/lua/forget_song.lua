-- A song goes, with all that was kept of it.
--
--   needs     queued_ids
--   keys      queue
--   prefixes  song votes jams comments horns

local function forget_song(id)
  redis.call("ZREM", queue, queue_member(id))
  redis.call("DEL", song_prefix .. id, votes_prefix .. id, jams_prefix .. id, comments_prefix .. id,
    horns_prefix .. id)
end
