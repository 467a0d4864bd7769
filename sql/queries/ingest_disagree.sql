-- Staged rows that say otherwise than the store, recorded once each: how many
-- there are and how many of them are news.
-- $1 import, $2 first and $3 last source time, unix milliseconds
WITH differing AS MATERIALIZED (
	SELECT s.feed_id, s.source_time, s.round, said.stored, said.offered
	FROM pg_temp.ingest_staging s
	JOIN plimsoll.observations o ON o.feed_id = s.feed_id
	 AND o.source_time = s.source_time AND o.round = s.round
	 AND o.source_time >= to_timestamp($2::bigint / 1000.0)
	 AND o.source_time <= to_timestamp($3::bigint / 1000.0)
	CROSS JOIN LATERAL (
		SELECT jsonb_object_agg(field, stored) AS stored,
		       jsonb_object_agg(field, offered) AS offered
		FROM (VALUES ('value', o.value, s.value),
			     ('open', o.open, s.open),
			     ('high', o.high, s.high),
			     ('low', o.low, s.low),
			     ('volume', o.volume, s.volume),
			     ('confidence', o.confidence, s.confidence))
			AS v (field, stored, offered)
		WHERE stored IS DISTINCT FROM offered) said
	WHERE (o.value, o.open, o.high, o.low, o.volume, o.confidence)
	      IS DISTINCT FROM
	      (s.value, s.open, s.high, s.low, s.volume, s.confidence)
), recorded AS (
	INSERT INTO plimsoll.disagreements (feed_id, source_time, round,
		stored, offered, import_id)
	SELECT feed_id, source_time, round, stored, offered, $1::bigint
	FROM differing
	ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM differing), (SELECT count(*) FROM recorded)
