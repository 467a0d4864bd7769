-- $1 chain, $2 transaction, $3 log index, $4 component, $5 market, $6 asset,
-- $7 symbol, $8 kind, $9 old, $10 new, $11 block, $12 time, $13 author,
-- $14 decision (NULL: that of our own transaction, if it is one)
INSERT INTO plimsoll.parameter_changes (chain_id, transaction_hash, log_index,
	component, market, asset, symbol, kind, old_value, new_value, block,
	changed_at, author, decision_digest)
VALUES ($1::bigint, $2::bytea, $3::integer, $4, $5::bytea, $6::bytea, $7, $8,
	$9::numeric, $10::numeric, $11::bigint, to_timestamp($12::bigint),
	$13::bytea, coalesce($14::bytea,
		(SELECT s.decision_digest FROM plimsoll.transactions t
		 JOIN plimsoll.submissions s ON s.id = t.submission_id
		 WHERE t.hash = $2::bytea)))
ON CONFLICT (chain_id, transaction_hash, log_index, component) DO NOTHING
