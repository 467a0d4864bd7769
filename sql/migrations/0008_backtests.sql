-- What backtests said: a row a run.  The same input played by the same model
-- says the same, so that storing it again adds nothing.

CREATE TABLE plimsoll.backtests (
	run_id bytea NOT NULL CHECK (length(run_id) = 16), -- of plan, policy, bars
	model_id bytea NOT NULL CHECK (length(model_id) = 8), -- of decide()
	input_digest bytea NOT NULL CHECK (length(input_digest) = 32),
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	evidence text NOT NULL CHECK (evidence IN ('A', 'B', 'C')), -- supposed
	synthetic boolean NOT NULL,            -- some prices are generated
	document jsonb NOT NULL                -- backtest run --json
		CHECK (coalesce(jsonb_typeof(document -> 'forecasts'), '')
		       = 'array'),
	stored_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (run_id, model_id),
	CHECK (starts_at < ends_at),
	CHECK (substr(input_digest, 1, 16) = run_id)
);

CREATE TRIGGER backtests_never_change BEFORE UPDATE OR DELETE
	ON plimsoll.backtests
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER backtests_never_truncated BEFORE TRUNCATE ON plimsoll.backtests
	FOR EACH STATEMENT EXECUTE FUNCTION plimsoll.refuse_change();
GRANT SELECT, INSERT ON plimsoll.backtests TO plimsoll_agent;
