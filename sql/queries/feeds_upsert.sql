-- $1 asset, $2 quote, $3 source, $4 kind, $5 interval, $6 synthetic
WITH made AS (
	INSERT INTO plimsoll.feeds (asset, quote, source, kind, interval_s,
				    synthetic)
	VALUES ($1, $2, $3, $4, $5::integer, $6::boolean)
	ON CONFLICT (asset, quote, source, kind, interval_s) DO NOTHING
	RETURNING id
)
SELECT id FROM made
UNION ALL
SELECT id FROM plimsoll.feeds
WHERE asset = $1 AND quote = $2 AND source = $3 AND kind = $4
  AND interval_s = $5::integer
