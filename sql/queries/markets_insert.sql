-- $1 chain, $2 market, $3 block, $4 block hash, $5 block time, $6 fingerprint;
-- no row when the snapshot is there
INSERT INTO plimsoll.markets (chain_id, market, block, block_hash, block_time,
			      fingerprint)
VALUES ($1::bigint, $2::bytea, $3::bigint, $4::bytea, to_timestamp($5::bigint),
	$6::bytea)
ON CONFLICT (chain_id, market, block_hash) DO NOTHING RETURNING id
