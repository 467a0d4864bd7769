-- Cases with their inputs, decisions, what was sent, and what changed.

CREATE TABLE plimsoll.cases (
	digest bytea PRIMARY KEY CHECK (length(digest) = 32),
	chain_id bigint NOT NULL,
	market bytea NOT NULL CHECK (length(market) = 32),
	epoch bigint NOT NULL,
	anchor_block bigint NOT NULL,
	policy_hash bytea NOT NULL CHECK (length(policy_hash) = 32),
	bytes bytea NOT NULL,
	stored_at timestamptz NOT NULL DEFAULT now()
);

-- Every series a case contains: from here SQL reaches each number it used.
CREATE TABLE plimsoll.case_inputs (
	case_digest bytea NOT NULL REFERENCES plimsoll.cases,
	ordinal smallint NOT NULL,
	feed_id bigint NOT NULL REFERENCES plimsoll.feeds,
	interval_s integer NOT NULL CHECK (interval_s > 0),
	first_open timestamptz NOT NULL,
	last_open timestamptz NOT NULL,
	count bigint NOT NULL CHECK (count > 0),
	digest bytea NOT NULL CHECK (length(digest) = 32), -- chain of the bars
	snapshot bigint NOT NULL,             -- newest import it could see
	PRIMARY KEY (case_digest, ordinal),
	CHECK (first_open <= last_open)
);

CREATE TABLE plimsoll.decisions (
	digest bytea PRIMARY KEY CHECK (length(digest) = 32),
	case_digest bytea NOT NULL CHECK (length(case_digest) = 32),
	chain_id bigint NOT NULL,
	market bytea NOT NULL CHECK (length(market) = 32),
	epoch bigint NOT NULL,
	mode smallint NOT NULL,
	outcome text NOT NULL CHECK (outcome IN ('UPDATE', 'HOLD', 'FREEZE')),
	evidence text NOT NULL CHECK (evidence IN ('A', 'B', 'C')),
	as_of timestamptz NOT NULL,
	valid_until timestamptz NOT NULL,
	anchor_block bigint NOT NULL,
	reasons numeric(20, 0) NOT NULL,      -- bits of enum reason
	bytes bytea NOT NULL,                 -- canonical CBOR
	signature bytea CHECK (length(signature) = 65),
	signer bytea CHECK (length(signer) = 20),
	document jsonb NOT NULL,              -- decide --json
	stored_at timestamptz NOT NULL DEFAULT now(),
	CHECK ((signature IS NULL) = (signer IS NULL))
);
CREATE INDEX ON plimsoll.decisions (chain_id, market, epoch DESC);
CREATE INDEX ON plimsoll.decisions (case_digest);

CREATE TRIGGER cases_never_change BEFORE UPDATE OR DELETE ON plimsoll.cases
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER case_inputs_never_change BEFORE UPDATE OR DELETE
	ON plimsoll.case_inputs
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
CREATE TRIGGER decisions_never_change BEFORE UPDATE OR DELETE
	ON plimsoll.decisions
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();

CREATE TABLE plimsoll.submissions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	decision_digest bytea NOT NULL REFERENCES plimsoll.decisions,
	via text NOT NULL CHECK (via IN ('steward', 'governor', 'safe', 'aip',
					 'steward-aave')),
	state text NOT NULL,                  -- prepared, sent, confirmed, ...
	detail text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON plimsoll.submissions (decision_digest);

CREATE TABLE plimsoll.transactions (
	hash bytea PRIMARY KEY CHECK (length(hash) = 32),
	submission_id bigint REFERENCES plimsoll.submissions,
	chain_id bigint NOT NULL,
	sender bytea NOT NULL CHECK (length(sender) = 20),
	recipient bytea NOT NULL CHECK (length(recipient) = 20),
	nonce bigint NOT NULL CHECK (nonce >= 0),
	state text NOT NULL,
	gas_limit bigint NOT NULL,
	max_fee numeric(39, 0) NOT NULL,      -- wei per gas
	priority_fee numeric(39, 0) NOT NULL,
	block bigint,
	block_hash bytea CHECK (length(block_hash) = 32),
	gas_used bigint,
	reason text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON plimsoll.transactions (chain_id, sender, nonce);
CREATE INDEX ON plimsoll.transactions (submission_id);

CREATE TABLE plimsoll.parameter_changes (
	chain_id bigint NOT NULL,
	transaction_hash bytea NOT NULL CHECK (length(transaction_hash) = 32),
	log_index integer NOT NULL,
	component text NOT NULL,              -- "ltv", "supply-cap", ...
	market bytea NOT NULL CHECK (length(market) = 32),
	asset bytea NOT NULL CHECK (length(asset) = 20),
	symbol text NOT NULL,
	kind text NOT NULL,
	old_value numeric(39, 0),             -- unknown before the first seen
	new_value numeric(39, 0) NOT NULL,
	block bigint NOT NULL,
	changed_at timestamptz NOT NULL,
	author bytea CHECK (length(author) = 20),
	decision_digest bytea REFERENCES plimsoll.decisions,
	PRIMARY KEY (chain_id, transaction_hash, log_index, component)
);
CREATE INDEX ON plimsoll.parameter_changes (chain_id, market, changed_at);
