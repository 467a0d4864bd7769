-- The newest snapshot of a market.
-- $1 chain, $2 market
SELECT m.id, m.block, m.block_hash, extract(epoch FROM m.block_time)::bigint,
       m.fingerprint,
       (SELECT count(*) FROM plimsoll.reserves WHERE market_id = m.id),
       (SELECT count(DISTINCT account) FROM plimsoll.positions
	WHERE market_id = m.id)
FROM plimsoll.markets m
WHERE m.chain_id = $1::bigint AND m.market = $2::bytea
ORDER BY m.block DESC, m.id DESC LIMIT 1
