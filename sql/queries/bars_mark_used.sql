-- $1 feed, $2 interval, $3 from, $4 to (exclusive), $5 snapshot
UPDATE plimsoll.bars b SET used = true
FROM (SELECT DISTINCT ON (open_time) open_time, version
      FROM plimsoll.bars
      WHERE feed_id = $1::bigint AND interval_s = $2::integer
	AND open_time >= to_timestamp($3::bigint)
	AND open_time < to_timestamp($4::bigint)
	AND import_id <= $5::bigint
      ORDER BY open_time, version DESC) seen
WHERE b.feed_id = $1::bigint AND b.interval_s = $2::integer
  AND b.open_time = seen.open_time AND b.version = seen.version
  AND b.open_time >= to_timestamp($3::bigint)
  AND b.open_time < to_timestamp($4::bigint) AND NOT b.used
