-- The hash of a song.
--
--   needs     hashes
--   prefixes  song

local function read_song(id)
  local found = read_hash(song_prefix .. string.format("%d", id))
  return found.song_id and found or nil
end

local function save_song(song)
  local flat = {}
  for name, value in pairs(song) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  redis.call("HSET", song_prefix .. song.song_id, unpack(flat))
end

-- An artist's name as it is compared. A song that comes again has only what its row says.
local function artist_of(song)
  return song.artist_key or string.lower(song.artist)
end
