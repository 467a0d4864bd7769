-- A change of one component seen on chain; one that is there stays as it is.
-- $1 chain, $2 transaction, $3 log index, $4 component, $5 market, $6 asset,
-- $7 symbol, $8 kind, $9 old (NULL: unknown), $10 new, $11 block, $12 time,
-- $13 author, $14 decision (NULL: not ours)
INSERT INTO plimsoll.parameter_changes (chain_id, transaction_hash, log_index,
	component, market, asset, symbol, kind, old_value, new_value, block,
	changed_at, author, decision_digest)
VALUES ($1::bigint, $2::bytea, $3::integer, $4::text, $5::bytea, $6::bytea,
	$7::text, $8::text, $9::numeric, $10::numeric, $11::bigint,
	to_timestamp($12::bigint), $13::bytea, $14::bytea)
ON CONFLICT DO NOTHING
