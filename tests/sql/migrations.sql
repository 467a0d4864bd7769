-- migrations.sql -- what `db migrate` left behind.  run.sh migrates twice
-- before and alters a recorded digest after.
\ir support.psql
SELECT plan(6);
SELECT cmp_ok((SELECT count(*) FROM public.plimsoll_migrations
	WHERE name LIKE 'migrations/%'), '>=', 4::bigint, 'migrations ran');
SELECT is((SELECT count(*) FROM public.plimsoll_migrations
	WHERE name = 'views'), 1::bigint, 'the views are recorded');
SELECT is_empty($$SELECT name FROM public.plimsoll_migrations
	WHERE length(digest) <> 32$$, 'each with its digest');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT xmin::text
	FROM public.plimsoll_migrations) t),
	(SELECT count(*) FROM public.plimsoll_migrations),
	'each in a transaction of its own');
SELECT is(pg_temp.state_of('plimsoll_agent',
	'DELETE FROM public.plimsoll_migrations'), '42501',
	'the agent does not touch the record');
SELECT is(current_setting('server_version_num')::int / 10000, 15,
	'PostgreSQL 15');
SELECT * FROM finish();
ROLLBACK;
