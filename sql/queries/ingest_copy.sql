COPY pg_temp.ingest_staging (feed_id, source_time, round, value, open, high,
	low, volume, confidence, block, raw_digest, signature, verdict, reason,
	observed_at, import_id)
FROM STDIN (FORMAT binary)
