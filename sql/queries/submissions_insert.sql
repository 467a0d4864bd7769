-- $1 decision digest, $2 via, $3 state, $4 detail
INSERT INTO plimsoll.submissions (decision_digest, via, state, detail)
VALUES ($1::bytea, $2::text, $3::text, $4::text) RETURNING id
