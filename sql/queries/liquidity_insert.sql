-- $1 asset, $2 source, $3 time, $4 sizes, $5 impacts (as array text)
INSERT INTO plimsoll.liquidity (asset, source, quoted_at, sizes_usd,
				impacts_bps)
VALUES ($1, $2, to_timestamp($3::bigint), $4::bigint[], $5::integer[])
ON CONFLICT (asset, source, quoted_at) DO NOTHING
