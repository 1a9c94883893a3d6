-- Enter a nest into the registry: entry, code and slug together or not at all.
--
--   keys      registry code slug code_as_slug slug_as_code code_as_vanity slug_as_vanity
--   args      nest metadata has_slug name_alone limit uncounted
--
--   has_slug    "1" where the nest has one
--   name_alone  the name as it stands in the metadata, if no other nest may have it
--   limit       how many nests there may be beside the Main Nest; empty: no limit
--   uncounted   JSON, addresses of creators whose nests do not count for it; empty: all count
--
--   Returns {"limit"} | {"code_taken"} | {"slug_taken"} | {"name_taken"} | {"created"}

local function count_nests()
  if uncounted == "" then
    return redis.call("HLEN", registry) - redis.call("HEXISTS", registry, "main")
  end
  local is_left_out, count = {}, 0
  for _, creator in ipairs(cjson.decode(uncounted)) do
    is_left_out[creator] = true
  end
  for _, text in ipairs(redis.call("HVALS", registry)) do
    local other = cjson.decode(text)
    if not other.is_main and not is_left_out[other.creator] then
      count = count + 1
    end
  end
  return count
end

if limit ~= "" and count_nests() >= tonumber(limit) then
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
