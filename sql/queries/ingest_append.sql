-- Staged rows that are newer than all that is stored of their feed: nothing
-- can conflict, which halves the work.  $1 import
INSERT INTO plimsoll.observations (feed_id, source_time, round, value, open,
	high, low, volume, import_id, observed_at, verdict, reason, confidence,
	block, raw_digest, signature)
SELECT feed_id, source_time, round, value, open, high, low, volume, $1::bigint,
       observed_at, verdict, reason, confidence, block, raw_digest, signature
FROM pg_temp.ingest_staging WHERE fresh
