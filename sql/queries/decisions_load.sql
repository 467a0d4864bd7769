-- $1 digest
SELECT bytes, signature, signer, document
FROM plimsoll.decisions WHERE digest = $1::bytea
