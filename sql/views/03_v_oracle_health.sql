-- One row a feed: how old its newest observation is and how far it stands
-- from the median of the feeds that price the same pair; rejected prices are
-- shown and left out of the median.
CREATE VIEW risk.v_oracle_health AS
WITH newest AS (
	SELECT f.id, f.asset, f.quote, f.source, f.kind, f.interval_s,
	       f.synthetic, o.source_time, o.value, o.verdict, o.reason
	FROM plimsoll.feeds f
	CROSS JOIN LATERAL (
		SELECT max(source_time) AS last
		FROM plimsoll.observations WHERE feed_id = f.id) t
	CROSS JOIN LATERAL (
		SELECT * FROM plimsoll.observations
		WHERE feed_id = f.id AND source_time = t.last
		ORDER BY round DESC LIMIT 1) o
), median AS (
	SELECT asset, quote, count(*) AS feeds,
	       percentile_cont(0.5) WITHIN GROUP
		       (ORDER BY value::double precision) AS value
	FROM newest WHERE verdict <> 'rejected' GROUP BY asset, quote
)
SELECT now() AS as_of, n.asset || '/' || n.quote || '@' || n.source AS feed,
       n.asset, n.quote, n.source, n.kind, n.synthetic,
       n.source_time AS last_update, n.value AS price,
       extract(epoch FROM now() - n.source_time)::bigint
	       AS last_update_age_seconds,
       nullif(n.interval_s, 0) AS heartbeat_seconds,
       coalesce(m.feeds, 0) AS feeds_of_pair,
       CASE WHEN m.feeds > 1
	    THEN round((n.value::double precision / m.value - 1)::numeric, 8)
	    END AS deviation_from_median,
       n.verdict, n.reason
FROM newest n LEFT JOIN median m ON m.asset = n.asset AND m.quote = n.quote;
