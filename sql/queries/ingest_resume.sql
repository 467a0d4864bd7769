-- The newest observation of each feed, in the order asked.  $1 feeds, an array
SELECT asked.id, (extract(epoch FROM o.source_time) * 1000)::bigint, o.round,
       o.block
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, ordinal)
LEFT JOIN LATERAL (
	SELECT source_time, round, block FROM plimsoll.observations
	WHERE feed_id = asked.id
	ORDER BY source_time DESC, round DESC LIMIT 1) o ON true
ORDER BY asked.ordinal
