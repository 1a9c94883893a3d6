-- What undo needs of removed songs, for half a minute and for the person who removed them.
--
--   needs     json
--   prefixes  undo votes jams comments horns
--   args      user

local UNDO_SECONDS = 30

local function save_for_undo(songs, token)
  local entries = {}
  for place, song in ipairs(songs) do
    entries[place] = cjson.encode({
      song = song,
      votes = redis.call("HGETALL", votes_prefix .. song.song_id),
      jams = redis.call("ZRANGE", jams_prefix .. song.song_id, 0, -1, "WITHSCORES"),
      comments = redis.call("ZRANGE", comments_prefix .. song.song_id, 0, -1, "WITHSCORES"),
      horns = redis.call("SMEMBERS", horns_prefix .. song.song_id),
    })
  end
  local memory = '{"by":' .. text(user) .. ',"songs":[' .. table.concat(entries, ",") .. "]}"
  redis.call("SET", undo_prefix .. token, memory, "EX", UNDO_SECONDS)
end
