-- How the breaker of every pair stood at a time.  $1 unix seconds
SELECT DISTINCT ON (asset, quote) asset, quote, opened,
       (extract(epoch FROM changed_at) * 1000)::bigint,
       (dispersion * 1e6)::bigint, families
FROM plimsoll.breakers
WHERE changed_at <= to_timestamp($1::bigint)
ORDER BY asset, quote, changed_at DESC, id DESC
