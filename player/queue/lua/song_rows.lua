-- A song as events and snapshots show it, with ids of people; with `for_ourselves` as history, Bender
-- and a song that comes again need it, with their addresses.
--
--   needs     jams json people queue_order
--   prefixes  jams comments

local ROW = {
  { "song_id", "number" }, { "trackid", "text" }, { "src", "text" }, { "title", "text" },
  { "artist", "text" }, { "album", "text" }, { "duration_ms", "number" }, { "img", "text" },
  { "big_img", "text" }, { "user", "text" }, { "user_name", "text" },
  { "user_picture", "text" }, { "auto", "flag" }, { "strategy", "text" },
  { "reason", "text" }, { "explicit", "flag" }, { "gain_db", "number" }, { "lyrics", "text" },
  { "status", "text" }, { "added_ms", "number" }, { "tag", "number" }, { "vote", "number" }, { "placed", "flag" },
}

local function jams_of(song, for_ourselves)
  local flat, pieces = redis.call("ZRANGE", jams_prefix .. song.song_id, 0, -1, "WITHSCORES"), {}
  for place = 1, #flat, 2 do
    local jam = jam_json(song, flat[place], flat[place + 1])
    pieces[#pieces + 1] = for_ourselves and '{"email":' .. text(flat[place]) .. "," .. jam:sub(2) or jam
  end
  return "[" .. table.concat(pieces, ",") .. "]"
end

local function comments_of(song)
  return "[" .. table.concat(redis.call("ZRANGE", comments_prefix .. song.song_id, 0, -1), ",") .. "]"
end

local function song_row(song, for_ourselves)
  local pieces = {}
  for place, field in ipairs(ROW) do
    local name, kind = field[1], field[2]
    local value = song[name] or ""
    if name == "user" and not for_ourselves then
      value = id_of(value)
    end
    if kind == "text" then
      value = text(value)
    elseif kind == "flag" then
      value = value == "1" and "true" or "false"
    else
      value = number(tonumber(value) or 0)
    end
    pieces[place] = '"' .. name .. '":' .. value
  end
  return "{" .. table.concat(pieces, ",") .. ',"order":' .. number(order_of(song))
    .. ',"jams":' .. jams_of(song, for_ourselves) .. ',"comments":' .. comments_of(song) .. "}"
end

local function song_rows(songs, for_ourselves)
  local pieces = {}
  for place, song in ipairs(songs) do
    pieces[place] = song_row(song, for_ourselves)
  end
  return "[" .. table.concat(pieces, ",") .. "]"
end
