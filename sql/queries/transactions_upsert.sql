-- $1 hash, $2 submission (0: none), $3 chain, $4 sender, $5 recipient,
-- $6 nonce, $7 state, $8 gas limit, $9 max fee, $10 priority fee,
-- $11 block (0: none), $12 block hash, $13 gas used, $14 reason
INSERT INTO plimsoll.transactions (hash, submission_id, chain_id, sender,
	recipient, nonce, state, gas_limit, max_fee, priority_fee, block,
	block_hash, gas_used, reason)
VALUES ($1::bytea, nullif($2::bigint, 0), $3::bigint, $4::bytea, $5::bytea,
	$6::bigint, $7, $8::bigint, $9::numeric, $10::numeric,
	nullif($11::bigint, 0),
	CASE WHEN $11::bigint > 0 THEN $12::bytea END,
	CASE WHEN $11::bigint > 0 THEN $13::bigint END, $14)
ON CONFLICT (hash) DO UPDATE SET state = excluded.state,
	block = excluded.block, block_hash = excluded.block_hash,
	gas_used = excluded.gas_used, reason = excluded.reason,
	updated_at = now()
