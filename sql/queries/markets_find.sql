-- $1 chain, $2 market, $3 block hash
SELECT id FROM plimsoll.markets
WHERE chain_id = $1::bigint AND market = $2::bytea AND block_hash = $3::bytea
