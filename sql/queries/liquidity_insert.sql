-- A curve; one that is there stays as it is.
-- $1 asset, $2 source, $3 time, $4 sizes in dollars, $5 impacts in bps
INSERT INTO plimsoll.liquidity (asset, source, quoted_at, sizes_usd,
	impacts_bps)
VALUES ($1::text, $2::text, to_timestamp($3::bigint), $4::bigint[],
	$5::integer[])
ON CONFLICT DO NOTHING
