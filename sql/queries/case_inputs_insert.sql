-- $1 case, $2 ordinal, $3 feed, $4 interval, $5 first, $6 last, $7 count,
-- $8 digest, $9 snapshot
INSERT INTO plimsoll.case_inputs (case_digest, ordinal, feed_id, interval_s,
				  first_open, last_open, count, digest,
				  snapshot)
VALUES ($1::bytea, $2::smallint, $3::bigint, $4::integer,
	to_timestamp($5::bigint), to_timestamp($6::bigint), $7::bigint,
	$8::bytea, $9::bigint)
