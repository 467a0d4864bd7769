-- partitions.sql -- months on demand; bars made of observations.
\ir support.psql
SELECT plan(16);

SELECT is(plimsoll.ensure_partitions('bars', '2024-01-31 23:59:59Z',
	'2024-03-01Z'), 3, 'both ends belong to the range');
SELECT is(plimsoll.ensure_partitions('bars', '2024-01-01Z', '2024-03-31Z'), 0,
	'asking again makes none');
SELECT has_table('plimsoll', 'bars_2024_02', 'named by month');
SELECT is((SELECT pg_get_expr(relpartbound, oid) FROM pg_class
	   WHERE oid = 'plimsoll.bars_2024_02'::regclass),
	'FOR VALUES FROM (''2024-02-01 00:00:00+00'') TO '
	|| '(''2024-03-01 00:00:00+00'')', 'a whole month of UTC');
SELECT is(plimsoll.ensure_partitions('observations', '2024-12-31Z',
	'2025-01-01Z'), 2, 'over the turn of a year');
SET LOCAL timezone = 'Pacific/Kiritimati';
SELECT is(plimsoll.ensure_partitions('observations', '2025-06-30 20:00Z',
	'2025-06-30 21:00Z'), 1, 'the session''s time zone does not matter');
SELECT has_table('plimsoll', 'observations_2025_06', 'still June');
SET LOCAL timezone = 'UTC';
SELECT throws_like($$SELECT plimsoll.ensure_partitions('feeds', '2024-01-01Z',
	'2024-01-01Z')$$, '%no partitioned table%', 'only its own tables');
SELECT throws_like($$SELECT plimsoll.ensure_partitions('bars', '2024-02-01Z',
	'2024-01-01Z')$$, '%not usable%', 'a range that ends before it starts');
SELECT throws_like($$SELECT plimsoll.ensure_partitions('bars', '2024-02-01Z',
	'9999-01-01Z')$$, '%not usable%', 'no thousands of months by mistake');
SELECT is(pg_temp.attempt('plimsoll_agent', $$SELECT
	plimsoll.ensure_partitions('bars', '2030-01-01Z', '2030-01-01Z')$$),
	'allowed', 'the agent may make months');
SELECT is(pg_temp.state_of('plimsoll_read', $$SELECT
	plimsoll.ensure_partitions('bars', '2030-01-01Z', '2030-01-01Z')$$),
	'42501', 'readers may not');

-- bars_of: gaps stay gaps, later imports are invisible to earlier snapshots
SELECT feed, import FROM pg_temp.sample_feed() \gset
INSERT INTO plimsoll.observations (feed_id, source_time, round, value,
	import_id)
VALUES (:feed, '2024-01-01 00:10Z', 0, 10, :import),
       (:feed, '2024-01-01 00:10Z', 1, 12, :import),
       (:feed, '2024-01-01 00:59:59Z', 0, 11, :import),
       (:feed, '2024-01-01 02:00Z', 0, 7.5, :import);
INSERT INTO plimsoll.imports (feed_id, origin, digest)
VALUES (:feed, 'later.csv', pg_temp.hash('22')) RETURNING id AS later \gset
INSERT INTO plimsoll.observations (feed_id, source_time, value, import_id)
VALUES (:feed, '2024-01-01 00:30Z', 9, :later);
INSERT INTO plimsoll.observations (feed_id, source_time, value, import_id,
	verdict, reason)
VALUES (:feed, '2024-01-01 00:31Z', 1000, :later, 'rejected', 'jump');
SELECT results_eq(format($$SELECT extract(hour FROM open_time)::int, open,
	high, low, close, count FROM plimsoll.bars_of(%s, 3600, '2024-01-01Z',
	'2024-01-02Z', %s) ORDER BY 1$$, :feed, :import),
	$$VALUES (0, 10::numeric, 12::numeric, 10::numeric, 11::numeric,
		  3::bigint), (2, 7.5, 7.5, 7.5, 7.5, 1)$$,
	'first, highest, lowest, last by time and round; hour 1 is a gap');
SELECT results_eq(format($$SELECT low, count, import_id FROM plimsoll.bars_of(
	%s, 3600, '2024-01-01Z', '2024-01-01 01:00Z', %s)$$, :feed, :later),
	format($$VALUES (9::numeric, 4::bigint, %s::bigint)$$, :later),
	'a later import is seen by later snapshots');
SELECT is((SELECT max(high) FROM plimsoll.bars_of(:feed, 3600, '2024-01-01Z',
	'2024-01-02Z', :later)), 12::numeric, 'rejected ones are left out');
SELECT is((SELECT count(*) FROM plimsoll.bars_of(:feed, 86400, '2024-01-01Z',
	'2024-01-02Z', :later)), 1::bigint, 'one day is one bar');

SELECT * FROM finish();
ROLLBACK;
