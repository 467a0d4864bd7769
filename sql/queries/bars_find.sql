-- The series that a query means: real before synthetic, then newest bar.
-- $1 asset, $2 quote, $3 source (NULL: any), $4 interval
SELECT f.id, f.asset, f.quote, f.source, f.synthetic,
       extract(epoch FROM newest.open_time)::bigint
FROM plimsoll.feeds f
CROSS JOIN LATERAL (SELECT max(b.open_time) AS open_time
		    FROM plimsoll.bars b
		    WHERE b.feed_id = f.id
		      AND b.interval_s = $4::integer) newest
WHERE ($1::text IS NULL OR f.asset = $1) AND ($2::text IS NULL OR f.quote = $2)
  AND ($3::text IS NULL OR f.source = $3) AND newest.open_time IS NOT NULL
ORDER BY f.synthetic, newest.open_time DESC, f.id LIMIT 1
