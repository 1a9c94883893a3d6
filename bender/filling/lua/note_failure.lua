-- A feed found nothing; how many in a row that makes.
--
--   needs     nest
--   keys      seed_info
--   args
--
--   Returns {"noted", failures}

return { "noted", tostring(redis.call("HINCRBY", seed_info, "failures", 1)) }
