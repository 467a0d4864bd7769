-- A transaction by its hash: new, or what became of it.  What was signed never
-- changes.
-- $1 hash, $2 submission (NULL: none), $3 chain, $4 sender, $5 recipient,
-- $6 nonce, $7 state, $8 gas limit, $9 fee, $10 priority fee, $11 block
-- (NULL: none), $12 block hash, $13 gas used, $14 reason
INSERT INTO plimsoll.transactions (hash, submission_id, chain_id, sender,
	recipient, nonce, state, gas_limit, max_fee, priority_fee, block,
	block_hash, gas_used, reason)
VALUES ($1::bytea, $2::bigint, $3::bigint, $4::bytea, $5::bytea, $6::bigint,
	$7::text, $8::bigint, $9::numeric, $10::numeric, $11::bigint,
	$12::bytea, $13::bigint, $14::text)
ON CONFLICT (hash) DO UPDATE
SET state = excluded.state, block = excluded.block,
    block_hash = excluded.block_hash, gas_used = excluded.gas_used,
    reason = excluded.reason, updated_at = now()
