-- $1 id, $2 state, $3 detail
UPDATE plimsoll.submissions SET state = $2, detail = $3, updated_at = now()
WHERE id = $1::bigint RETURNING id
