-- How many touched intervals have closed.  $1 interval, $2 now
SELECT count(*) FROM plimsoll.bars_pending
WHERE interval_s = $1::integer
  AND open_time <= to_timestamp($2::bigint - $1::integer)
