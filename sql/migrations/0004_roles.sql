-- Who may do what.  plimsoll_agent writes what it observes and decides, and
-- cannot delete; plimsoll_read selects from the views of schema risk alone.
-- Roles belong to the cluster, so they may be there already.

DO $$ BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plimsoll_agent') THEN
		CREATE ROLE plimsoll_agent LOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plimsoll_read') THEN
		CREATE ROLE plimsoll_read LOGIN;
	END IF;
	IF current_user <> 'plimsoll_agent' THEN
		EXECUTE format('GRANT plimsoll_agent TO %I', current_user);
	END IF;
END $$;

REVOKE ALL ON SCHEMA plimsoll FROM PUBLIC;
REVOKE ALL ON FUNCTION plimsoll.ensure_partitions(text, timestamptz,
	timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plimsoll.ensure_partitions(text, timestamptz,
	timestamptz) TO plimsoll_agent;
GRANT USAGE ON SCHEMA plimsoll TO plimsoll_agent;
GRANT SELECT, INSERT ON plimsoll.feeds, plimsoll.imports,
	plimsoll.import_rejections, plimsoll.observations, plimsoll.bars,
	plimsoll.markets, plimsoll.reserves, plimsoll.positions,
	plimsoll.liquidity, plimsoll.policies, plimsoll.cases,
	plimsoll.case_inputs, plimsoll.decisions, plimsoll.submissions,
	plimsoll.transactions, plimsoll.parameter_changes TO plimsoll_agent;
GRANT UPDATE (used) ON plimsoll.bars TO plimsoll_agent;
GRANT UPDATE (rows_read, rows_new, rows_duplicate, rows_rejected)
	ON plimsoll.imports TO plimsoll_agent;
GRANT UPDATE ON plimsoll.submissions, plimsoll.transactions TO plimsoll_agent;
