-- The months of a batch.  $1 days since 1970 (UTC), an array
SELECT plimsoll.ensure_partitions('observations', month, month)
FROM (SELECT DISTINCT date_trunc('month', to_timestamp(day * 86400.0), 'UTC')
	     AS month
      FROM unnest($1::integer[]) day) months
