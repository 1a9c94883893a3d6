-- Enter a nest into the registry: entry, code and slug together or not at all.
--
--   keys      registry code slug code_as_slug slug_as_code code_as_vanity slug_as_vanity
--   args      nest metadata has_slug name_alone limit
--
--   has_slug    "1" where the nest has one
--   name_alone  the name as it stands in the metadata, if no other nest may have it
--   limit       how many nests there may be beside the Main Nest; empty: no limit
--
--   Returns {"limit"} | {"code_taken"} | {"slug_taken"} | {"name_taken"} | {"created"}

if limit ~= "" and redis.call("HLEN", registry) - redis.call("HEXISTS", registry, "main") >= tonumber(limit) then
  return { "limit" }
end
if redis.call("EXISTS", code, code_as_slug, code_as_vanity) > 0 or redis.call("HEXISTS", registry, nest) == 1 then
  return { "code_taken" }
end
if has_slug == "1" and redis.call("EXISTS", slug, slug_as_code, slug_as_vanity) > 0 then
  return { "slug_taken" }
end
if name_alone ~= "" then
  for _, other in ipairs(redis.call("HVALS", registry)) do
    if other:find(name_alone, 1, true) then
      return { "name_taken" }
    end
  end
end

redis.call("HSET", registry, nest, metadata)
redis.call("SET", code, nest)
if has_slug == "1" then
  redis.call("SET", slug, nest)
end
return { "created" }
