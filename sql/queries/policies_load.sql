-- $1 hash
SELECT bytes, source FROM plimsoll.policies WHERE hash = $1::bytea
