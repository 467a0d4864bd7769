-- The snapshot's number and whether it is new.
-- $1 chain, $2 market, $3 block, $4 block hash, $5 block time, $6 fingerprint
WITH made AS (
	INSERT INTO plimsoll.markets (chain_id, market, block, block_hash,
		block_time, fingerprint)
	VALUES ($1::bigint, $2::bytea, $3::bigint, $4::bytea,
		to_timestamp($5::bigint), $6::bytea)
	ON CONFLICT DO NOTHING RETURNING id
)
SELECT id, true FROM made
UNION ALL
SELECT id, false FROM plimsoll.markets
WHERE chain_id = $1::bigint AND market = $2::bytea AND block_hash = $4::bytea
  AND NOT EXISTS (SELECT FROM made)
