-- The first staged row that the store knows otherwise.
-- $1 feed, $2 first time, $3 last time
SELECT s.line, to_char(s.source_time, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       CASE WHEN s.value <> o.value THEN 'price'
	    WHEN s.open IS DISTINCT FROM o.open THEN 'open'
	    WHEN s.high IS DISTINCT FROM o.high THEN 'high'
	    WHEN s.low IS DISTINCT FROM o.low THEN 'low'
	    ELSE 'volume' END,
       CASE WHEN s.value <> o.value THEN s.value
	    WHEN s.open IS DISTINCT FROM o.open THEN s.open
	    WHEN s.high IS DISTINCT FROM o.high THEN s.high
	    WHEN s.low IS DISTINCT FROM o.low THEN s.low
	    ELSE s.volume END,
       CASE WHEN s.value <> o.value THEN o.value
	    WHEN s.open IS DISTINCT FROM o.open THEN o.open
	    WHEN s.high IS DISTINCT FROM o.high THEN o.high
	    WHEN s.low IS DISTINCT FROM o.low THEN o.low
	    ELSE o.volume END
FROM pg_temp.staging s JOIN plimsoll.observations o
  ON o.source_time = s.source_time AND o.round = s.round
WHERE o.feed_id = $1::bigint
  AND o.source_time >= to_timestamp($2::bigint)
  AND o.source_time <= to_timestamp($3::bigint)
  AND (s.value <> o.value OR s.open IS DISTINCT FROM o.open
       OR s.high IS DISTINCT FROM o.high OR s.low IS DISTINCT FROM o.low
       OR s.volume IS DISTINCT FROM o.volume)
ORDER BY s.line LIMIT 1
