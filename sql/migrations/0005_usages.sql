-- How much of a reserve was lent out and at what rate, at past blocks.  A
-- sample is never changed: what a case used stays what it was.

CREATE TABLE plimsoll.usages (
	chain_id bigint NOT NULL,
	market bytea NOT NULL CHECK (length(market) = 32),
	asset bytea NOT NULL CHECK (length(asset) = 20),
	sampled_at timestamptz NOT NULL,      -- the block's time
	block bigint NOT NULL CHECK (block >= 0),
	utilisation_ppm integer NOT NULL CHECK (utilisation_ppm >= 0),
	borrow_rate_bps integer NOT NULL CHECK (borrow_rate_bps >= 0),
	stored_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (chain_id, market, asset, sampled_at)
);
CREATE INDEX ON plimsoll.usages (chain_id, market, block);

CREATE TRIGGER usages_never_change BEFORE UPDATE OR DELETE ON plimsoll.usages
	FOR EACH ROW EXECUTE FUNCTION plimsoll.refuse_change();
GRANT SELECT, INSERT ON plimsoll.usages TO plimsoll_agent;
