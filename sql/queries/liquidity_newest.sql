-- One row a point, ascending in size.  $1 asset, $2 time
SELECT newest.source, extract(epoch FROM newest.quoted_at)::bigint,
       point.size_usd, point.impact_bps
FROM (SELECT * FROM plimsoll.liquidity
      WHERE asset = $1 AND quoted_at <= to_timestamp($2::bigint)
      ORDER BY quoted_at DESC, id DESC LIMIT 1) newest
CROSS JOIN LATERAL unnest(newest.sizes_usd, newest.impacts_bps)
	AS point (size_usd, impact_bps)
ORDER BY point.size_usd
