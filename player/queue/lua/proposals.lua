-- Songs that wait for approval, the oldest first.
--
--   needs     queued_ids songs
--   keys      proposals
--   prefixes  song

local function proposed_songs()
  local songs = {}
  for place, id in ipairs(redis.call("ZRANGE", proposals, 0, -1)) do
    songs[place] = read_song(tonumber(id))
  end
  return songs
end

-- It waits for approval no more: whatever becomes of it, it is no proposal.
local function forget_proposal(song)
  redis.call("ZREM", proposals, queue_member(song.song_id))
  redis.call("DEL", song_prefix .. song.song_id)
end
