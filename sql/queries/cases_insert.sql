-- A case; one row when it is new, none when it was there.
-- $1 digest, $2 chain, $3 market, $4 epoch, $5 anchor block, $6 policy hash,
-- $7 canonical bytes
INSERT INTO plimsoll.cases (digest, chain_id, market, epoch, anchor_block,
	policy_hash, bytes)
VALUES ($1::bytea, $2::bigint, $3::bytea, $4::bigint, $5::bigint, $6::bytea,
	$7::bytea)
ON CONFLICT DO NOTHING RETURNING 1
