-- $1 digest
SELECT bytes FROM plimsoll.cases WHERE digest = $1::bytea
