-- The names stored of feeds, each within a span and the first so many: which of
-- those asked (from 0), unix microseconds, round; in this order.
-- $1 feeds, $2 first and $3 last source times, unix milliseconds, $4 how many
-- at most, arrays side by side; $5 first and $6 last of all, which tell the
-- planner the few months to look at
SELECT asked.ordinal - 1, (extract(epoch FROM o.source_time) * 1000000)::bigint,
       o.round
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
	WITH ORDINALITY AS asked (id, first_ms, last_ms, most, ordinal)
CROSS JOIN LATERAL (
	SELECT source_time, round FROM plimsoll.observations
	WHERE feed_id = asked.id
	  AND source_time >= to_timestamp(asked.first_ms / 1000.0)
	  AND source_time <= to_timestamp(asked.last_ms / 1000.0)
	  AND source_time >= to_timestamp($5::bigint / 1000.0)
	  AND source_time <= to_timestamp($6::bigint / 1000.0)
	ORDER BY source_time, round LIMIT asked.most) o
ORDER BY asked.ordinal, o.source_time, o.round
