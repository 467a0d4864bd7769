-- $1 first and $2 last time of observations, $3 first open time
SELECT plimsoll.ensure_partitions('observations', to_timestamp($1::bigint),
				  to_timestamp($2::bigint)),
       plimsoll.ensure_partitions('bars', to_timestamp($3::bigint),
				  to_timestamp($2::bigint))
