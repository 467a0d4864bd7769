-- Every feed: its newest observation and what the last hour and day brought, as
-- far as source times are not later.
-- $1 now
SELECT f.id, f.asset, f.quote, f.source, f.kind, f.interval_s, f.synthetic,
       (extract(epoch FROM newest.source_time) * 1000)::bigint,
       (extract(epoch FROM newest.observed_at) * 1000)::bigint,
       day.accepted_hour, day.marked_hour, day.rejected_hour,
       day.accepted, day.marked, day.rejected, coalesce(d.count, 0)
FROM plimsoll.feeds f
LEFT JOIN LATERAL (
	SELECT source_time, observed_at FROM plimsoll.observations
	WHERE feed_id = f.id AND source_time <= to_timestamp($1::bigint)
	ORDER BY source_time DESC, round DESC LIMIT 1) newest ON true
CROSS JOIN LATERAL (
	SELECT count(*) FILTER (WHERE verdict = 'accepted') AS accepted,
	       count(*) FILTER (WHERE verdict = 'marked') AS marked,
	       count(*) FILTER (WHERE verdict = 'rejected') AS rejected,
	       count(*) FILTER (WHERE recent AND verdict = 'accepted')
		       AS accepted_hour,
	       count(*) FILTER (WHERE recent AND verdict = 'marked')
		       AS marked_hour,
	       count(*) FILTER (WHERE recent AND verdict = 'rejected')
		       AS rejected_hour
	FROM (SELECT verdict,
		     source_time > to_timestamp($1::bigint - 3600) AS recent
	      FROM plimsoll.observations
	      WHERE feed_id = f.id
		AND source_time > to_timestamp($1::bigint - 86400)
		AND source_time <= to_timestamp($1::bigint)) last) day
LEFT JOIN (SELECT feed_id, count(*) AS count FROM plimsoll.disagreements
	   WHERE recorded_at > to_timestamp($1::bigint - 86400)
	     AND recorded_at <= to_timestamp($1::bigint + 1)
	   GROUP BY feed_id) d ON d.feed_id = f.id
ORDER BY f.asset, f.quote, f.source, f.kind, f.interval_s
