-- Live observations: batches of many feeds, what disagrees with the store,
-- rejected observations of any value, and which intervals wait for their bar.

-- A live batch has many feeds and no file behind it; each of its rows has the
-- digest of its own message.  Builds of bars (origin 'bars') are imports too,
-- so that "as known after import N" holds for them; rows_new then counts bars.
ALTER TABLE plimsoll.imports
	ALTER COLUMN feed_id DROP NOT NULL,
	ALTER COLUMN digest DROP NOT NULL,
	ADD CHECK (feed_id IS NULL OR digest IS NOT NULL);

ALTER TABLE plimsoll.observations
	ADD COLUMN confidence numeric,        -- of the source, quote units
	ADD COLUMN block bigint,              -- where it was read
	ADD COLUMN raw_digest bytea,          -- keccak of its message
	ADD COLUMN signature text NOT NULL DEFAULT 'none',
	DROP CONSTRAINT observations_value_check,
	DROP CONSTRAINT observations_open_check,
	DROP CONSTRAINT observations_high_check,
	DROP CONSTRAINT observations_low_check,
	DROP CONSTRAINT observations_volume_check,
	DROP CONSTRAINT observations_check1,  -- low and high bound the candle
	ADD CONSTRAINT observations_message CHECK (
		block >= 0 AND length(raw_digest) = 32),
	ADD CONSTRAINT observations_signature CHECK (
		signature = 'none' OR signature = 'verified'
		OR signature = 'failed' AND verdict <> 'accepted'),
	-- What is rejected is kept as it was said, even zero or negative; all
	-- else can go into a bar.
	ADD CONSTRAINT observations_sane CHECK (
		verdict = 'rejected'
		OR value > 0 AND value < 1e12 AND low > 0 AND high < 1e12
		   AND low <= value AND low <= open AND open <= high
		   AND value <= high AND volume >= 0 AND confidence >= 0);

-- That feed and import of an observation are there was asked row by row, for
-- more than all else of an insert costs.  Now once a statement; and what they
-- name stays.
ALTER TABLE plimsoll.observations
	DROP CONSTRAINT observations_feed_id_fkey,
	DROP CONSTRAINT observations_import_id_fkey;

CREATE FUNCTION plimsoll.observations_known() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
	stray record;
BEGIN
	SELECT a.feed_id, a.import_id INTO stray
	FROM (SELECT DISTINCT feed_id, import_id FROM added) a
	WHERE NOT EXISTS (SELECT FROM plimsoll.feeds f WHERE f.id = a.feed_id)
	   OR NOT EXISTS (SELECT FROM plimsoll.imports i
			  WHERE i.id = a.import_id)
	LIMIT 1;
	IF FOUND THEN
		RAISE foreign_key_violation USING MESSAGE = format(
			'there is no feed %s or no import %s',
			stray.feed_id, stray.import_id);
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER observations_known AFTER INSERT ON plimsoll.observations
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.observations_known();
CREATE TRIGGER feeds_never_deleted BEFORE DELETE ON plimsoll.feeds
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER feeds_never_truncated BEFORE TRUNCATE ON plimsoll.feeds
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER imports_never_deleted BEFORE DELETE ON plimsoll.imports
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER imports_never_truncated BEFORE TRUNCATE ON plimsoll.imports
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();

-- The first said stays; who says otherwise about the same moment is here.
-- Only the fields that differ.
CREATE TABLE plimsoll.disagreements (
	feed_id bigint NOT NULL REFERENCES plimsoll.feeds,
	source_time timestamptz NOT NULL,
	round numeric(78, 0) NOT NULL,
	stored jsonb NOT NULL,
	offered jsonb NOT NULL CHECK (offered <> stored),
	import_id bigint NOT NULL REFERENCES plimsoll.imports,
	recorded_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (feed_id, source_time, round, offered)
);
CREATE INDEX ON plimsoll.disagreements (recorded_at);
CREATE TRIGGER disagreements_never_change BEFORE UPDATE OR DELETE
	ON plimsoll.disagreements
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER disagreements_never_truncated BEFORE TRUNCATE
	ON plimsoll.disagreements
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();

-- Intervals with observations newer than their bar.  A queue: rows come with
-- the observations and go with the bar, each in the same transaction.
CREATE TABLE plimsoll.bars_pending (
	interval_s integer NOT NULL CHECK (interval_s > 0),
	open_time timestamptz NOT NULL,
	feed_id bigint NOT NULL REFERENCES plimsoll.feeds,
	PRIMARY KEY (interval_s, open_time, feed_id)
);

GRANT SELECT, INSERT ON plimsoll.disagreements, plimsoll.bars_pending
	TO plimsoll_agent;
GRANT DELETE ON plimsoll.bars_pending TO plimsoll_agent;

-- As before, of accepted and marked observations: a mark is a doubt, and a
-- doubt does not make a hole in the history.
CREATE OR REPLACE FUNCTION plimsoll.bars_of(feed bigint, seconds integer,
	first timestamptz, last timestamptz, snapshot bigint)
RETURNS TABLE (open_time timestamptz, open numeric, high numeric, low numeric,
	       close numeric, volume numeric, count bigint, import_id bigint)
LANGUAGE sql STABLE AS $$
	SELECT to_timestamp(floor(extract(epoch FROM o.source_time) / seconds)
			    * seconds) AS bar_time,
	       (array_agg(coalesce(o.open, o.value)
			  ORDER BY o.source_time, o.round))[1],
	       max(coalesce(o.high, o.value)),
	       min(coalesce(o.low, o.value)),
	       (array_agg(o.value
			  ORDER BY o.source_time DESC, o.round DESC))[1],
	       sum(o.volume), count(*), max(o.import_id)
	FROM plimsoll.observations o
	WHERE o.feed_id = feed AND o.source_time >= first
	  AND o.source_time < last AND o.verdict <> 'rejected'
	  AND o.import_id <= snapshot
	GROUP BY bar_time
$$;
