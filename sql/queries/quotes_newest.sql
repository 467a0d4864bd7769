-- Of every source the newest price of an asset that was known at a time and is
-- not rejected; a candle's close is known when it closed.  In the quote asked
-- for, or in USD; generated ones never.
-- $1 asset, $2 quote, $3 known at, $4 not older than; both unix seconds
SELECT DISTINCT ON (f.source) f.source, newest.value, newest.known_s
FROM plimsoll.feeds f
CROSS JOIN LATERAL (
	SELECT o.value,
	       floor(extract(epoch FROM o.source_time))::bigint + f.interval_s
		       AS known_s
	FROM plimsoll.observations o
	WHERE o.feed_id = f.id AND o.verdict <> 'rejected'
	  AND o.observed_at <= to_timestamp($3::bigint)
	  AND o.source_time <= to_timestamp($3::bigint - f.interval_s)
	  AND o.source_time >= to_timestamp($4::bigint - f.interval_s)
	ORDER BY o.source_time DESC, o.round DESC LIMIT 1) newest
WHERE f.asset = $1::text AND f.quote IN ($2::text, 'USD')
  AND NOT f.synthetic
ORDER BY f.source, newest.known_s DESC, f.id
