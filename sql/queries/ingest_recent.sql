-- The newest $3 observations of a feed before $2, ascending.
-- $1 feed, $2 unix milliseconds (NULL: all), $3 limit, $4 rejected too
SELECT feed_id, (extract(epoch FROM source_time) * 1000)::bigint, round, value,
       open, high, low, volume, confidence, block, raw_digest, signature,
       verdict, reason, (extract(epoch FROM observed_at) * 1000)::bigint
FROM (SELECT * FROM plimsoll.observations
      WHERE feed_id = $1::bigint
	AND ($2::bigint IS NULL
	     OR source_time < to_timestamp($2::bigint / 1000.0))
	AND ($4::boolean OR verdict <> 'rejected')
      ORDER BY source_time DESC, round DESC LIMIT $3::bigint) newest
ORDER BY source_time, round
