-- Blocks of which there is a sample.  $1 chain, $2 market, $3 first, $4 last
SELECT DISTINCT block FROM plimsoll.usages
WHERE chain_id = $1::bigint AND market = $2::bytea
      AND block BETWEEN $3::bigint AND $4::bigint
ORDER BY block
