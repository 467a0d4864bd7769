-- $1 import, $2 rows new, $3 rows duplicate
UPDATE plimsoll.imports SET rows_new = $2::bigint, rows_duplicate = $3::bigint
WHERE id = $1::bigint
