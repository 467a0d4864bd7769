-- Where a batch lands before it is merged.
CREATE TEMPORARY TABLE staging (
	line bigint NOT NULL,
	source_time timestamptz NOT NULL,
	round numeric(78, 0) NOT NULL,
	value numeric NOT NULL,
	open numeric,
	high numeric,
	low numeric,
	volume numeric
) ON COMMIT DROP
