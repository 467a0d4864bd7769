-- $1 chain, $2 market
SELECT block FROM plimsoll.markets
WHERE chain_id = $1::bigint AND market = $2::bytea
ORDER BY block DESC, id DESC LIMIT 1
