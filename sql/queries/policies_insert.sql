-- A policy; one that is there stays as it is.
-- $1 hash, $2 canonical bytes, $3 the .ini it was made of
INSERT INTO plimsoll.policies (hash, bytes, source)
VALUES ($1::bytea, $2::bytea, $3::text) ON CONFLICT DO NOTHING
