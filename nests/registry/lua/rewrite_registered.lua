-- Change a nest's metadata if they are still as read; its old slug stops resolving, the new begins.
--
--   keys      registry slug slug_as_code slug_as_vanity old_slug
--   args      nest before after has_slug
--
--   before, after  metadata as JSON
--   has_slug       "1" where the nest has one from now on
--
--   Returns {"missing"} | {"changed"} by somebody else | {"slug_taken"} | {"rewritten"}

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

if redis.call("GET", old_slug) == nest then
  redis.call("DEL", old_slug)
end
if has_slug == "1" then
  redis.call("SET", slug, nest)
end
redis.call("HSET", registry, nest, after)
return { "rewritten" }
