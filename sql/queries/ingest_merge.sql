-- Of the staged rows those that the store does not have, in the order
-- they were staged: of equal names the first stays.  The intervals they fall
-- into wait for a bar.
-- $1 interval of bars (0: none)
WITH added AS (
	INSERT INTO plimsoll.observations (feed_id, source_time, round, value,
		open, high, low, volume, import_id, observed_at, verdict,
		reason, confidence, block, raw_digest, signature)
	SELECT feed_id, source_time, round, value, open, high, low, volume,
	       import_id, observed_at, verdict, reason, confidence, block,
	       raw_digest, signature
	FROM pg_temp.ingest_staging
	ON CONFLICT (feed_id, source_time, round) DO NOTHING
	RETURNING feed_id, source_time, verdict
), touched AS (
	INSERT INTO plimsoll.bars_pending (interval_s, open_time, feed_id)
	SELECT DISTINCT $1::integer,
	       date_bin(make_interval(secs => $1::integer), a.source_time,
			'1970-01-01Z'), a.feed_id
	FROM added a JOIN plimsoll.feeds f ON f.id = a.feed_id
	WHERE $1::integer > 0 AND f.interval_s <= $1::integer
	  AND a.verdict <> 'rejected'
	ON CONFLICT DO NOTHING
)
SELECT count(*) FROM added
