-- $1 hash
SELECT bytes FROM plimsoll.policies WHERE hash = $1::bytea
