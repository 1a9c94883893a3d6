-- Change a nest's metadata if they are still as read; its old slug and its old vanity code stop
-- resolving, the new ones begin.
--
--   keys      registry slug slug_as_code slug_as_vanity old_slug vanity vanity_as_code vanity_as_slug old_vanity
--   args      nest before after has_slug has_vanity
--
--   before, after  metadata as JSON
--   has_slug       "1" where the nest has one from now on
--   has_vanity     the same of a vanity code
--
--   Returns {"missing"} | {"changed"} by somebody else | {"slug_taken"} | {"vanity_taken"} | {"rewritten"}

local stored = redis.call("HGET", registry, nest)
if not stored then
  return { "missing" }
end
if stored ~= before then
  return { "changed" }
end
if has_slug == "1" then
  local owner = redis.call("GET", slug)
  if (owner and owner ~= nest) or redis.call("EXISTS", slug_as_code, slug_as_vanity) > 0 then
    return { "slug_taken" }
  end
end

if has_vanity == "1" then
  local owner = redis.call("GET", vanity)
  if (owner and owner ~= nest) or redis.call("EXISTS", vanity_as_code, vanity_as_slug) > 0 then
    return { "vanity_taken" }
  end
end

for _, old in ipairs({ old_slug, old_vanity }) do
  if redis.call("GET", old) == nest then
    redis.call("DEL", old)
  end
end
if has_slug == "1" then
  redis.call("SET", slug, nest)
end
if has_vanity == "1" then
  redis.call("SET", vanity, nest)
end
redis.call("HSET", registry, nest, after)
return { "rewritten" }
