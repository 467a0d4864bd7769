-- $1 digest, $2 chain, $3 market, $4 epoch, $5 anchor block, $6 policy hash,
-- $7 bytes; no row when the case is there
INSERT INTO plimsoll.cases (digest, chain_id, market, epoch, anchor_block,
			    policy_hash, bytes)
VALUES ($1::bytea, $2::bigint, $3::bytea, $4::bigint, $5::bigint, $6::bytea,
	$7::bytea)
ON CONFLICT (digest) DO NOTHING RETURNING 1
