-- $1 chain, $2 market, $3 asset, $4 time, $5 block, $6 utilisation ppm,
-- $7 borrow rate bps; no row when that asset's sample of that time is there
INSERT INTO plimsoll.usages (chain_id, market, asset, sampled_at, block,
			     utilisation_ppm, borrow_rate_bps)
VALUES ($1::bigint, $2::bytea, $3::bytea, to_timestamp($4::bigint),
	$5::bigint, $6::integer, $7::integer)
ON CONFLICT DO NOTHING RETURNING 1
