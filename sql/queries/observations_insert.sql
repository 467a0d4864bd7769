-- Staged rows that the store does not have.  $1 feed, $2 import
WITH added AS (
	INSERT INTO plimsoll.observations (feed_id, source_time, round, value,
					   open, high, low, volume, import_id)
	SELECT $1::bigint, source_time, round, value, open, high, low, volume,
	       $2::bigint
	FROM pg_temp.staging ORDER BY source_time, round
	ON CONFLICT (feed_id, source_time, round) DO NOTHING RETURNING 1
)
SELECT count(*) FROM added
