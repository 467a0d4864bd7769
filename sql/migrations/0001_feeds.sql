-- Feeds, raw observations and the bars made of them.
--
-- An observation is what a source said about one moment.  It is never changed
-- and never deleted.  A bar is derived from observations; a correction is a
-- new version, so that what a decision used stays readable.

CREATE SCHEMA plimsoll;

CREATE TABLE plimsoll.feeds (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	asset text NOT NULL CHECK (asset <> '' AND length(asset) < 16),
	quote text NOT NULL CHECK (quote <> '' AND length(quote) < 16),
	source text NOT NULL CHECK (source <> '' AND length(source) < 24),
	kind text NOT NULL CHECK (kind IN ('candles', 'ticks', 'rounds')),
	interval_s integer NOT NULL CHECK (interval_s >= 0), -- 0: no interval
	synthetic boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK ((kind = 'candles') = (interval_s > 0)),
	CHECK (synthetic = (source = 'SYNTHETIC')),
	UNIQUE (asset, quote, source, kind, interval_s)
);

CREATE TABLE plimsoll.imports (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	feed_id bigint NOT NULL REFERENCES plimsoll.feeds,
	origin text NOT NULL,                -- file name, or what fetched it
	digest bytea NOT NULL CHECK (length(digest) = 32), -- keccak of the bytes
	rows_read bigint NOT NULL DEFAULT 0,
	rows_new bigint NOT NULL DEFAULT 0,
	rows_duplicate bigint NOT NULL DEFAULT 0,
	rows_rejected bigint NOT NULL DEFAULT 0,
	imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE plimsoll.import_rejections (
	import_id bigint NOT NULL REFERENCES plimsoll.imports,
	line bigint NOT NULL,
	reason text NOT NULL,
	content text NOT NULL,
	PRIMARY KEY (import_id, line)
);

CREATE TABLE plimsoll.observations (
	feed_id bigint NOT NULL REFERENCES plimsoll.feeds,
	source_time timestamptz NOT NULL,
	round numeric(78, 0) NOT NULL DEFAULT 0 CHECK (round >= 0),
	value numeric NOT NULL CHECK (value > 0 AND value < 1e12), -- or close
	open numeric CHECK (open > 0 AND open < 1e12),
	high numeric CHECK (high > 0 AND high < 1e12),
	low numeric CHECK (low > 0 AND low < 1e12),
	volume numeric CHECK (volume >= 0),
	import_id bigint NOT NULL REFERENCES plimsoll.imports,
	observed_at timestamptz NOT NULL DEFAULT now(),
	verdict text NOT NULL DEFAULT 'accepted'
		CHECK (verdict IN ('accepted', 'marked', 'rejected')),
	reason text,
	CHECK (num_nulls(open, high, low) IN (0, 3)),
	CHECK (low <= value AND low <= open AND open <= high AND value <= high),
	CHECK (verdict = 'accepted' OR reason IS NOT NULL),
	UNIQUE (feed_id, source_time, round)
) PARTITION BY RANGE (source_time);

CREATE TABLE plimsoll.bars (
	feed_id bigint NOT NULL REFERENCES plimsoll.feeds,
	interval_s integer NOT NULL CHECK (interval_s > 0),
	open_time timestamptz NOT NULL,
	version integer NOT NULL CHECK (version > 0),
	open numeric NOT NULL,
	high numeric NOT NULL,
	low numeric NOT NULL,
	close numeric NOT NULL,
	volume numeric,
	count bigint NOT NULL CHECK (count > 0), -- observations in it
	import_id bigint NOT NULL REFERENCES plimsoll.imports, -- newest of them
	used boolean NOT NULL DEFAULT false,     -- some case contains it
	created_at timestamptz NOT NULL DEFAULT now(),
	CHECK (0 < low AND low <= open AND low <= close),
	CHECK (open <= high AND close <= high),
	CHECK (extract(epoch FROM open_time) % interval_s = 0),
	PRIMARY KEY (feed_id, interval_s, open_time, version)
) PARTITION BY RANGE (open_time);

-- Makes the monthly partitions of a range; both ends included.
CREATE FUNCTION plimsoll.ensure_partitions(parent text, first timestamptz,
					   last timestamptz)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, plimsoll SET timezone = 'UTC' AS $$
DECLARE
	month timestamptz := date_trunc('month', first, 'UTC');
	child text;
	made integer := 0;
BEGIN
	IF parent NOT IN ('observations', 'bars') THEN
		RAISE EXCEPTION 'no partitioned table %', parent;
	END IF;
	IF first < '1970-01-01Z' OR last >= '2201-01-01Z' OR last < first THEN
		RAISE EXCEPTION 'range % .. % is not usable', first, last;
	END IF;
	PERFORM pg_advisory_xact_lock(hashtext('plimsoll partitions'));
	WHILE month <= last LOOP
		child := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
		IF to_regclass('plimsoll.' || child) IS NULL THEN
			EXECUTE format('CREATE TABLE plimsoll.%I PARTITION OF '
				'plimsoll.%I FOR VALUES FROM (%L) TO (%L)',
				child, parent, month, month + interval '1 month');
			made := made + 1;
		END IF;
		month := month + interval '1 month';
	END LOOP;
	RETURN made;
END $$;

CREATE FUNCTION plimsoll.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% of % is refused: rows there are never changed',
		lower(TG_OP), regexp_replace(TG_TABLE_NAME, '_\d{4}_\d\d$', '');
END $$;

CREATE TRIGGER observations_never_change BEFORE UPDATE OR DELETE
	ON plimsoll.observations
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER observations_never_truncated BEFORE TRUNCATE
	ON plimsoll.observations
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();

-- The one change a bar may see is that it became used.
CREATE FUNCTION plimsoll.bar_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		OLD.used := true;
		IF NEW IS NOT DISTINCT FROM OLD THEN
			RETURN NEW;
		END IF;
	END IF;
	RAISE EXCEPTION '% of a bar is refused: a correction is a new version',
		lower(TG_OP);
END $$;

CREATE TRIGGER bars_immutable BEFORE UPDATE OR DELETE ON plimsoll.bars
	FOR EACH ROW EXECUTE FUNCTION plimsoll.bar_guard();
CREATE TRIGGER bars_never_truncated BEFORE TRUNCATE ON plimsoll.bars
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();

-- The bars that the accepted observations of a range make, as known after the
-- import `snapshot`.  Gaps stay gaps.
CREATE FUNCTION plimsoll.bars_of(feed bigint, seconds integer,
				 first timestamptz, last timestamptz,
				 snapshot bigint)
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
	  AND o.source_time < last AND o.verdict = 'accepted'
	  AND o.import_id <= snapshot
	GROUP BY bar_time
$$;
