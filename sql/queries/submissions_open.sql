-- $1 decision, $2 via
INSERT INTO plimsoll.submissions (decision_digest, via, state)
VALUES ($1::bytea, $2, 'prepared') RETURNING id
