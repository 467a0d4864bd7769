-- $1 feed, $2 origin, $3 digest, $4 rows read, $5 rows rejected
INSERT INTO plimsoll.imports (feed_id, origin, digest, rows_read, rows_rejected)
VALUES ($1::bigint, $2, $3::bytea, $4::bigint, $5::bigint) RETURNING id
