-- $1 chain, $2 market, $3 asset, $4 first time, $5 end (not included), $6 how
-- many at most: the newest, ascending
SELECT extract(epoch FROM sampled_at)::bigint, utilisation_ppm, borrow_rate_bps
FROM (
	SELECT sampled_at, utilisation_ppm, borrow_rate_bps
	FROM plimsoll.usages
	WHERE chain_id = $1::bigint AND market = $2::bytea
	      AND asset = $3::bytea AND sampled_at >= to_timestamp($4::bigint)
	      AND sampled_at < to_timestamp($5::bigint)
	ORDER BY sampled_at DESC LIMIT $6::bigint
) newest ORDER BY sampled_at
