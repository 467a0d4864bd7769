-- $1 import, $2 rows new, $3 duplicate, $4 in disagreement: not taken
UPDATE plimsoll.imports
SET rows_new = $2::bigint, rows_duplicate = $3::bigint,
    rows_rejected = $4::bigint
WHERE id = $1::bigint
