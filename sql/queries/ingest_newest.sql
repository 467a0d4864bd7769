-- The newest time stored of each feed, unix milliseconds, in the order asked;
-- NULL where there is none from $2 on.  $1 feeds, an array, $2 milliseconds
SELECT (SELECT ceil(extract(epoch FROM o.source_time) * 1000)::bigint
	FROM plimsoll.observations o
	WHERE o.feed_id = asked.id
	  AND o.source_time >= to_timestamp($2::bigint / 1000.0)
	ORDER BY o.source_time DESC LIMIT 1)
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, ordinal)
ORDER BY asked.ordinal
