-- Where live batches land before they are merged; lives as long as the
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
	fresh boolean NOT NULL -- newer than all that is stored of its feed
) ON COMMIT DELETE ROWS
