-- Whether a nest waits for its DJ. Writes nothing.
--
--   needs     guard dj
--   keys      nest_state
--
--   Returns {"none"} | {"returned"} | {"running"} | {"over", "closes" | "opens"}

if not is_in_grace() then
  return { "none" }
end
if is_dj_here() then
  return { "returned" }
end
if not is_grace_over() then
  return { "running" }
end
return { "over", redis.call("HGET", nest_state, "close_when_dj_leaves") == "1" and "closes" or "opens" }
