-- breakers.sql -- when breakers opened and closed: what may be kept, and that it
-- stays.
\ir support.psql
SELECT plan(14);

PREPARE change (text, boolean, float8, integer) AS
	INSERT INTO plimsoll.breakers (asset, quote, opened, changed_at,
		dispersion, families)
	VALUES ($1, 'USD', $2, '2026-01-01Z', $3, $4);
SELECT lives_ok($$EXECUTE change ('ETH', true, 0.031, 3)$$, 'it opens');
SELECT lives_ok($$EXECUTE change ('ETH', false, 0, 3)$$, 'and closes');
SELECT throws_ok($$EXECUTE change ('', true, 0.03, 3)$$, '23514', NULL,
	'of no asset');
SELECT throws_ok($$EXECUTE change ('ABCDEFGHIJKLMNOP', true, 0.03, 3)$$,
	'23514', NULL, 'of a name too long');
SELECT throws_ok($$EXECUTE change ('ETH', true, -0.1, 3)$$, '23514', NULL,
	'less than no distance');
SELECT throws_ok($$EXECUTE change ('ETH', true, 'NaN', 3)$$, '23514', NULL,
	'no number');
SELECT throws_ok($$EXECUTE change ('ETH', true, 'Infinity', 3)$$, '23514',
	NULL, 'any distance');
SELECT throws_ok($$EXECUTE change ('ETH', true, 0.1, -1)$$, '23514', NULL,
	'fewer than no families');
SELECT throws_ok($$EXECUTE change ('ETH', NULL, 0.1, 1)$$, '23502', NULL,
	'neither open nor closed');
SELECT throws_like($$UPDATE plimsoll.breakers SET opened = false$$,
	'%never changed%', 'a change stays as it was');
SELECT throws_like($$DELETE FROM plimsoll.breakers$$, '%never changed%',
	'and stays');
SELECT throws_like($$TRUNCATE plimsoll.breakers$$, '%never changed%',
	'all of them');
SELECT is(pg_temp.state_of('plimsoll_agent', $$INSERT INTO plimsoll.breakers
	(asset, quote, opened, changed_at, dispersion, families)
	VALUES ('ETH', 'USD', true, now(), 0.03, 3)$$), 'allowed',
	'the agent adds one');
SELECT is(pg_temp.state_of('plimsoll_agent',
	'UPDATE plimsoll.breakers SET opened = false'), '42501',
	'and alters none');

SELECT * FROM finish();
ROLLBACK;
