-- Snapshots of lending markets, liquidity curves, policies.

CREATE TABLE plimsoll.markets (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	chain_id bigint NOT NULL,
	market bytea NOT NULL CHECK (length(market) = 32),
	block bigint NOT NULL CHECK (block >= 0),
	block_hash bytea NOT NULL CHECK (length(block_hash) = 32),
	block_time timestamptz NOT NULL,
	fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
	stored_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (chain_id, market, block_hash)
);
CREATE INDEX ON plimsoll.markets (chain_id, market, block DESC);

CREATE TABLE plimsoll.reserves (
	market_id bigint NOT NULL REFERENCES plimsoll.markets,
	ordinal smallint NOT NULL,
	asset bytea NOT NULL CHECK (length(asset) = 20),
	symbol text NOT NULL,
	decimals smallint NOT NULL CHECK (decimals BETWEEN 0 AND 77),
	flags integer NOT NULL,               -- enum reserve_flag
	price_e8 numeric(20, 0) NOT NULL,     -- 0: none
	price_time timestamptz,
	feed bytea NOT NULL CHECK (length(feed) = 20),
	ltv_bps integer NOT NULL,
	lt_bps integer NOT NULL,
	lb_bps integer NOT NULL,
	supply_cap numeric(20, 0) NOT NULL,   -- whole tokens, 0 none
	borrow_cap numeric(20, 0) NOT NULL,
	optimal_bps integer NOT NULL,
	base_bps integer NOT NULL,
	slope1_bps integer NOT NULL,
	slope2_bps integer NOT NULL,
	reserve_factor_bps integer NOT NULL,
	protocol_fee_bps integer NOT NULL,
	supplied numeric(39, 0) NOT NULL,     -- raw units
	borrowed numeric(39, 0) NOT NULL,
	available numeric(39, 0) NOT NULL,
	deficit numeric(39, 0) NOT NULL,
	PRIMARY KEY (market_id, ordinal),
	UNIQUE (market_id, asset)
);

-- One row a holding; an account without holdings has no row.
CREATE TABLE plimsoll.positions (
	market_id bigint NOT NULL,
	account bytea NOT NULL CHECK (length(account) = 20),
	reserve smallint NOT NULL,
	emode smallint NOT NULL,
	collateral boolean NOT NULL,
	supplied numeric(39, 0) NOT NULL,
	borrowed numeric(39, 0) NOT NULL,
	PRIMARY KEY (market_id, account, reserve),
	FOREIGN KEY (market_id, reserve) REFERENCES plimsoll.reserves
);

CREATE TABLE plimsoll.liquidity (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	asset text NOT NULL CHECK (asset <> ''),
	source text NOT NULL CHECK (source <> ''),
	quoted_at timestamptz NOT NULL,
	sizes_usd bigint[] NOT NULL,
	impacts_bps integer[] NOT NULL,
	stored_at timestamptz NOT NULL DEFAULT now(),
	CHECK (cardinality(sizes_usd) BETWEEN 1 AND 32),
	CHECK (cardinality(sizes_usd) = cardinality(impacts_bps)),
	CHECK (0 <= ALL (sizes_usd) AND 0 <= ALL (impacts_bps)),
	UNIQUE (asset, source, quoted_at)
);

CREATE TABLE plimsoll.policies (
	hash bytea PRIMARY KEY CHECK (length(hash) = 32),
	bytes bytea NOT NULL,                 -- canonical CBOR
	source text NOT NULL,                 -- the .ini it was made of
	stored_at timestamptz NOT NULL DEFAULT now()
);
