-- Give a registered nest a new name: its old slug stops resolving, the new one begins.
--
--   keys      registry slug slug_as_code slug_as_vanity old_slug
--   args      nest name slug_text
--
--   slug_text  the new slug; empty: none
--
--   Returns {"missing"} | {"slug_taken"} | {"renamed", metadata}

local stored = redis.call("HGET", registry, nest)
if not stored then
  return { "missing" }
end
if slug_text ~= "" then
  local owner = redis.call("GET", slug)
  if (owner and owner ~= nest) or redis.call("EXISTS", slug_as_code, slug_as_vanity) > 0 then
    return { "slug_taken" }
  end
end

if redis.call("GET", old_slug) == nest then
  redis.call("DEL", old_slug)
end
local metadata = cjson.decode(stored)
metadata.name = name
metadata.slug = slug_text ~= "" and slug_text or cjson.null
if slug_text ~= "" then
  redis.call("SET", slug, nest)
end
local text = cjson.encode(metadata)
redis.call("HSET", registry, nest, text)
return { "renamed", text }
