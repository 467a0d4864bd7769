-- The months of the bars that ingest_bars_build will make.
-- $1 interval, $2 now
SELECT plimsoll.ensure_partitions('bars', month, month)
FROM (SELECT DISTINCT date_trunc('month', open_time, 'UTC') AS month
      FROM plimsoll.bars_pending
      WHERE interval_s = $1::integer
	AND open_time <= to_timestamp($2::bigint - $1::integer)) months
