-- $1 origin, $2 rows offered
INSERT INTO plimsoll.imports (origin, rows_read) VALUES ($1, $2::bigint)
RETURNING id
