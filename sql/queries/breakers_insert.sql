-- A change of a breaker, unless the pair stands so already; a pair that is not
-- there is closed.
-- $1 asset, $2 quote, $3 opened, $4 when, unix milliseconds, $5 dispersion in
-- 10^-6, $6 families
INSERT INTO plimsoll.breakers (asset, quote, opened, changed_at, dispersion,
			       families)
SELECT $1::text, $2::text, $3::boolean, to_timestamp($4::bigint / 1000.0),
       $5::bigint / 1e6, $6::integer
WHERE $3::boolean IS DISTINCT FROM coalesce((
	SELECT opened FROM plimsoll.breakers
	WHERE asset = $1::text AND quote = $2::text
	ORDER BY changed_at DESC, id DESC LIMIT 1), false)
RETURNING 1
