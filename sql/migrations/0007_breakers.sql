-- When the breaker of a pair opened and closed: while it is open, sources of
-- that price disagree and nothing may be loosened on it.  The newest row of a
-- pair is how it stands; none: it never opened.

CREATE TABLE plimsoll.breakers (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	asset text NOT NULL CHECK (asset <> '' AND length(asset) < 16),
	quote text NOT NULL CHECK (quote <> '' AND length(quote) < 16),
	opened boolean NOT NULL,
	changed_at timestamptz NOT NULL,
	dispersion double precision NOT NULL   -- (highest - lowest) / price
		CHECK (dispersion >= 0 AND dispersion < 'Infinity'),
	families integer NOT NULL CHECK (families >= 0),
	recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON plimsoll.breakers (asset, quote, changed_at, id);

CREATE TRIGGER breakers_never_change BEFORE UPDATE OR DELETE
	ON plimsoll.breakers
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER breakers_never_truncated BEFORE TRUNCATE ON plimsoll.breakers
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();
GRANT SELECT, INSERT ON plimsoll.breakers TO plimsoll_agent;
