-- The newest $5 bars of a series as known after import $6, ascending.
-- $1 feed, $2 interval, $3 from, $4 to (exclusive)
SELECT extract(epoch FROM open_time)::bigint, open, high, low, close
FROM (SELECT DISTINCT ON (open_time) open_time, open, high, low, close
      FROM plimsoll.bars
      WHERE feed_id = $1::bigint AND interval_s = $2::integer
	AND open_time >= to_timestamp($3::bigint)
	AND open_time < to_timestamp($4::bigint)
	AND import_id <= $6::bigint
      ORDER BY open_time DESC, version DESC LIMIT $5::bigint) newest
ORDER BY open_time
