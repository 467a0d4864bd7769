-- One row when it is there.
-- $1 submission, $2 state, $3 detail
UPDATE plimsoll.submissions
SET state = $2::text, detail = $3::text, updated_at = now()
WHERE id = $1::bigint RETURNING 1
