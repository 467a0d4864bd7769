-- Bars that differ from what their observations make, oldest first.  Live
-- observations may be newer than the bar of their interval: then it is as its
-- own import knew it, and either waits in the queue or has a later version.
-- $1 feed, $2 interval, $3 from, $4 to (exclusive), $5 snapshot, $6 limit
WITH bar AS (
	SELECT DISTINCT ON (open_time) *
	FROM plimsoll.bars
	WHERE feed_id = $1::bigint AND interval_s = $2::integer
	  AND open_time >= to_timestamp($3::bigint)
	  AND open_time < to_timestamp($4::bigint)
	  AND import_id <= $5::bigint
	ORDER BY open_time, version DESC
), made AS (
	SELECT * FROM plimsoll.bars_of($1::bigint, $2::integer,
		to_timestamp($3::bigint), to_timestamp($4::bigint), $5::bigint)
)
SELECT extract(epoch FROM coalesce(bar.open_time, made.open_time))::bigint,
       coalesce(bar.version, 0), difference.field, difference.bar_value::text,
       difference.made_value::text,
       coalesce((SELECT extract(epoch FROM max(o.source_time))::bigint
		 FROM plimsoll.observations o
		 WHERE o.feed_id = $1::bigint
		   AND o.source_time >= made.open_time
		   AND o.source_time < made.open_time
			+ make_interval(secs => $2::integer)
		   AND o.import_id <= $5::bigint), 0)
FROM bar FULL JOIN made ON made.open_time = bar.open_time
CROSS JOIN LATERAL (
	SELECT * FROM (VALUES
		(1, 'gone', bar.close, made.close,
		 bar.open_time IS NULL OR made.open_time IS NULL),
		(2, 'open', bar.open, made.open, bar.open <> made.open),
		(3, 'high', bar.high, made.high, bar.high <> made.high),
		(4, 'low', bar.low, made.low, bar.low <> made.low),
		(5, 'close', bar.close, made.close, bar.close <> made.close),
		(6, 'volume', bar.volume, made.volume,
		 bar.volume IS DISTINCT FROM made.volume),
		(7, 'count', bar.count, made.count, bar.count <> made.count)
	) AS v (ordinal, field, bar_value, made_value, differs)
	WHERE v.differs ORDER BY v.ordinal LIMIT 1
) difference
WHERE made.open_time IS NULL OR NOT (
	(EXISTS (SELECT FROM plimsoll.bars_pending p
		 WHERE p.interval_s = $2::integer AND p.feed_id = $1::bigint
		   AND p.open_time = made.open_time)
	 OR EXISTS (SELECT FROM plimsoll.bars next
		    WHERE next.feed_id = $1::bigint
		      AND next.interval_s = $2::integer
		      AND next.open_time = made.open_time
		      AND next.version = coalesce(bar.version, 0) + 1))
	AND (bar.open_time IS NULL
	     OR EXISTS (SELECT FROM plimsoll.bars_of($1::bigint, $2::integer,
			made.open_time, made.open_time
			+ make_interval(secs => $2::integer), bar.import_id) old
		WHERE (old.open, old.high, old.low, old.close, old.volume,
		       old.count) IS NOT DISTINCT FROM
		      (bar.open, bar.high, bar.low, bar.close, bar.volume,
		       bar.count))))
ORDER BY 1 LIMIT $6::bigint
