-- Say something to everybody in the nest. The checks stand in the order in which they are told.
--
--   needs     command clock commit events json settings
--   keys      chat chat_rate chat_duplicates mutes people rev
--   args      message text_sent characters most_characters song_id song_title most window_ms cooldown_ms kept face
--
--   message          {"id", …, "text", "song", "mentions"} as JSON without the closing brace
--   text_sent        the text alone
--   characters       how many it has
--   most_characters  how many it may have
--   song_id          the song it is about; empty: none. Without a song_title there is no such song.
--   most             how many messages somebody may send within window_ms; empty: any number
--   window_ms        how long the same text counts as said twice, too
--   cooldown_ms      how long who sends too many has to wait, where that is longer
--   kept             how many messages are kept
--
--   Returns {"disabled"} | {"empty"} | {"too_long"} | {"no_song"} | {"too_many", ms until the next}
--   | {"duplicate"} | {"muted", why as JSON} | {"sent", rev, message_id}

if setting("chat", "1") ~= "1" then
  return commit({ "disabled" })
end
if characters == "0" then
  return commit({ "empty" })
end
if tonumber(characters) > tonumber(most_characters) then
  return commit({ "too_long" })
end
if song_id ~= "" and song_title == "" then
  return commit({ "no_song" })
end

-- Counts this message. Returns how long to wait, nil for not at all.
local function count_message()
  local count, left = redis.call("INCR", chat_rate), redis.call("PTTL", chat_rate)
  -- A window that lasts longer than any tells that Redis's clock has been set back: it begins anew.
  if count == 1 or left > math.max(tonumber(window_ms), tonumber(cooldown_ms)) then
    redis.call("SET", chat_rate, "1", "PX", window_ms)
    return nil
  end
  if count == tonumber(most) + 1 and tonumber(cooldown_ms) > left then
    redis.call("PEXPIRE", chat_rate, cooldown_ms)
    return cooldown_ms
  end
  return count > tonumber(most) and number(math.max(left, 1)) or nil
end

local wait = most ~= "" and count_message()
if wait then
  return commit({ "too_many", wait })
end

local digest = redis.sha1hex(text_sent)
redis.call("ZREMRANGEBYSCORE", chat_duplicates, "-inf", number(now - tonumber(window_ms)))
if redis.call("ZSCORE", chat_duplicates, digest) then
  return commit({ "duplicate" })
end
local mute = redis.call("HGET", mutes, user_id)
if mute then
  return commit({ "muted", mute })
end

redis.call("ZADD", chat_duplicates, number(now), digest)
redis.call("PEXPIRE", chat_duplicates, window_ms)
redis.call("HSET", people, user, face)
-- The revision of its own event, so that ids only grow and a snapshot never repeats an event.
local message_id = number(tonumber(redis.call("GET", rev) or "0") + 1)
local said = message .. ',"message_id":' .. message_id .. ',"at_ms":' .. number(now) .. "}"
redis.call("RPUSH", chat, said)
redis.call("LTRIM", chat, -tonumber(kept), -1)
publish("chat_message", "chat", '"message":' .. said)
return commit({ "sent", redis.call("GET", rev), message_id })
