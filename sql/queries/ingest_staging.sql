-- Where rows that may be stored already land before they are merged; lives as long as the
-- connection.  Run outside a transaction: this statement's own commit also
-- clears what a batch that was rolled back left behind.
CREATE TEMPORARY TABLE IF NOT EXISTS ingest_staging (
	feed_id bigint NOT NULL,
	source_time timestamptz NOT NULL,
	round numeric NOT NULL,
	value numeric NOT NULL,
	open numeric,
	high numeric,
	low numeric,
	volume numeric,
	confidence numeric,
	block bigint,
	raw_digest bytea,
	signature text NOT NULL,
	verdict text NOT NULL,
	reason text,
	observed_at timestamptz NOT NULL,
	import_id bigint NOT NULL
) ON COMMIT DELETE ROWS
