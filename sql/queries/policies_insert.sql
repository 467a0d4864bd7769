-- $1 hash, $2 bytes, $3 source
INSERT INTO plimsoll.policies (hash, bytes, source)
VALUES ($1::bytea, $2::bytea, $3) ON CONFLICT (hash) DO NOTHING
