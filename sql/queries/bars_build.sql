-- New bars, and new versions of those whose observations now say otherwise.
-- $1 feed, $2 interval, $3 from, $4 to (exclusive; whole intervals), $5 import
WITH latest AS (
	SELECT DISTINCT ON (open_time) *
	FROM plimsoll.bars
	WHERE feed_id = $1::bigint AND interval_s = $2::integer
	  AND open_time >= to_timestamp($3::bigint)
	  AND open_time < to_timestamp($4::bigint)
	ORDER BY open_time, version DESC
), added AS (
	INSERT INTO plimsoll.bars (feed_id, interval_s, open_time, version, open,
				   high, low, close, volume, count, import_id)
	SELECT $1::bigint, $2::integer, made.open_time,
	       coalesce(latest.version, 0) + 1, made.open, made.high, made.low,
	       made.close, made.volume, made.count, $5::bigint
	FROM plimsoll.bars_of($1::bigint, $2::integer,
			      to_timestamp($3::bigint),
			      to_timestamp($4::bigint), $5::bigint) made
	LEFT JOIN latest ON latest.open_time = made.open_time
	WHERE latest.open_time IS NULL
	   OR (latest.open, latest.high, latest.low, latest.close,
	       latest.volume, latest.count) IS DISTINCT FROM
	      (made.open, made.high, made.low, made.close,
	       made.volume, made.count)
	RETURNING 1
)
SELECT count(*) FROM added
