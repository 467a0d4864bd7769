-- roles.sql -- plimsoll_agent writes but cannot delete or alter; plimsoll_read
-- sees the views of schema risk and nothing else.
\ir support.psql
CREATE TEMP TABLE base ON COMMIT DROP AS
	SELECT c.oid, c.relname::text AS name, c.relispartition AS part
	FROM pg_class c WHERE c.relnamespace = 'plimsoll'::regnamespace
	AND c.relkind IN ('r', 'p');
SELECT feed, import FROM pg_temp.sample_feed() \gset
SELECT plan(23);

SELECT cmp_ok((SELECT count(*) FROM base), '>=', 16::bigint,
	'there are tables to judge');
SELECT is_empty($$SELECT name FROM base
	WHERE has_table_privilege('plimsoll_read', oid,
		'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
	   OR has_any_column_privilege('plimsoll_read', oid,
		'SELECT, INSERT, UPDATE')$$,
	'plimsoll_read has no right on any base table');
SELECT ok(NOT has_schema_privilege('plimsoll_read', 'plimsoll', 'USAGE'),
	'nor on their schema');
SELECT is(pg_temp.state_of('plimsoll_read',
	'SELECT * FROM plimsoll.observations'), '42501',
	'reading a base table is refused');
SELECT is(pg_temp.state_of('plimsoll_read',
	'SELECT * FROM plimsoll.observations_2024_01'), '42501',
	'reading a partition is refused');
SELECT is(pg_temp.state_of('plimsoll_read', $$INSERT INTO plimsoll.policies
	VALUES (pg_temp.hash('01'), '\x01', '')$$), '42501',
	'writing is refused');
SELECT is_empty($$SELECT c.relname FROM pg_class c
	WHERE c.relnamespace = 'risk'::regnamespace AND c.relkind = 'v'
	AND pg_temp.attempt('plimsoll_read',
		format('SELECT * FROM risk.%I', c.relname)) <> 'allowed'$$,
	'every view of risk can be read');
SELECT cmp_ok((SELECT count(*) FROM pg_class WHERE relnamespace =
	'risk'::regnamespace AND relkind = 'v'), '>=', 5::bigint,
	'and there are views');
SELECT is_empty($$SELECT relname FROM pg_class
	WHERE relnamespace = 'risk'::regnamespace AND relkind <> 'v'$$,
	'schema risk holds views only');
SELECT is(pg_temp.state_of('plimsoll_read', 'CREATE TABLE risk.mine ()'),
	'42501', 'readers make nothing in risk');
SELECT is(pg_temp.state_of('plimsoll_read', 'CREATE TABLE public.mine ()'),
	'42501', 'nor in public');
SELECT ok(NOT pg_has_role('plimsoll_read', 'plimsoll_agent', 'MEMBER'),
	'a reader does not become the agent');

SELECT is_empty($$SELECT name FROM base
	WHERE has_table_privilege('plimsoll_agent', oid, 'DELETE, TRUNCATE')
	AND name <> 'bars_pending'$$,
	'plimsoll_agent deletes nowhere but in the queue of bars');
SELECT is(pg_temp.attempt('plimsoll_agent',
	'DELETE FROM plimsoll.bars_pending'), 'allowed',
	'there it takes out what is built');
SELECT is(pg_temp.state_of('plimsoll_agent',
	'UPDATE plimsoll.disagreements SET offered = stored'), '42501',
	'it does not alter a disagreement');
SELECT is_empty($$SELECT name FROM base WHERE NOT part
	AND NOT (has_table_privilege('plimsoll_agent', oid, 'SELECT')
		 AND has_table_privilege('plimsoll_agent', oid, 'INSERT'))$$,
	'it reads and inserts everywhere');
SELECT is(pg_temp.attempt('plimsoll_agent', $$INSERT INTO plimsoll.policies
	VALUES (pg_temp.hash('01'), '\x01', '')$$), 'allowed',
	'it stores a policy');
SELECT is(pg_temp.state_of('plimsoll_agent',
	'UPDATE plimsoll.policies SET source = ''x'''), '42501',
	'it does not alter one');
SELECT is(pg_temp.state_of('plimsoll_agent',
	'UPDATE plimsoll.observations SET value = 1'), '42501',
	'nor an observation');
SELECT is(pg_temp.state_of('plimsoll_agent',
	'UPDATE plimsoll.bars SET close = 1'), '42501', 'nor a bar');
SELECT is(pg_temp.attempt('plimsoll_agent',
	'UPDATE plimsoll.bars SET used = true'), 'allowed',
	'it marks bars used');
SELECT is(pg_temp.state_of('plimsoll_agent',
	'ALTER TABLE plimsoll.bars DISABLE TRIGGER ALL'), '42501',
	'it does not switch the guards off');
SELECT results_eq($$SELECT rolname::text FROM pg_roles WHERE rolname LIKE
	'plimsoll\_%' AND (rolsuper OR rolcreaterole OR rolcreatedb
	OR rolbypassrls OR rolreplication)$$, ARRAY[]::text[],
	'neither role has a cluster-wide right');

SELECT * FROM finish();
ROLLBACK;
