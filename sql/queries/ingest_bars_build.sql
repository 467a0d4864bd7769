-- Bars of the touched intervals that have closed, new versions where the
-- observations now say otherwise; they leave the queue.  Under ingest_lock all
-- that is committed is seen, so the snapshot is "everything".
-- $1 interval, $2 now
WITH due AS (
	DELETE FROM plimsoll.bars_pending
	WHERE interval_s = $1::integer
	  AND open_time <= to_timestamp($2::bigint - $1::integer)
	RETURNING feed_id, open_time
), news AS MATERIALIZED (
	SELECT due.feed_id, made.*, coalesce(latest.version, 0) + 1 AS version
	FROM due
	CROSS JOIN LATERAL plimsoll.bars_of(due.feed_id, $1::integer,
		due.open_time,
		due.open_time + make_interval(secs => $1::integer),
		9223372036854775807) made
	LEFT JOIN LATERAL (
		SELECT * FROM plimsoll.bars b
		WHERE b.feed_id = due.feed_id AND b.interval_s = $1::integer
		  AND b.open_time = due.open_time
		ORDER BY b.version DESC LIMIT 1) latest ON true
	WHERE latest.version IS NULL
	   OR (latest.open, latest.high, latest.low, latest.close,
	       latest.volume, latest.count) IS DISTINCT FROM
	      (made.open, made.high, made.low, made.close,
	       made.volume, made.count)
), import AS (
	INSERT INTO plimsoll.imports (origin, rows_read, rows_new)
	SELECT 'bars', (SELECT count(*) FROM due), count(*) FROM news
	HAVING count(*) > 0 RETURNING id
), added AS (
	INSERT INTO plimsoll.bars (feed_id, interval_s, open_time, version,
		open, high, low, close, volume, count, import_id)
	SELECT n.feed_id, $1::integer, n.open_time, n.version, n.open, n.high,
	       n.low, n.close, n.volume, n.count, import.id
	FROM news n CROSS JOIN import
	ORDER BY n.feed_id, n.open_time
	RETURNING version
)
SELECT (SELECT count(*) FROM due), count(*), count(*) FILTER (WHERE version > 1)
FROM added
