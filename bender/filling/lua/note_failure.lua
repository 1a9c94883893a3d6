-- A feed found nothing; how many in a row that makes.
--
--   needs     guard
--   keys      seed_info
--
--   Returns {"noted", failures}

return { "noted", tostring(redis.call("HINCRBY", seed_info, "failures", 1)) }
