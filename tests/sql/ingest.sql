-- ingest.sql -- live observations: what may be kept, disagreements, the queue
-- of bars, imports without a feed.
\ir support.psql
SELECT plan(33);

SELECT feed, import FROM pg_temp.sample_feed() \gset

-- imports
SELECT lives_ok($$INSERT INTO plimsoll.imports (origin) VALUES ('ingest')$$,
	'a live batch has no feed and no file');
SELECT throws_ok(format($$INSERT INTO plimsoll.imports (feed_id, origin)
	VALUES (%s, 'a.csv')$$, :feed), '23514', NULL,
	'a file has its digest');

-- what is rejected is kept as it was said, all else can go into a bar
PREPARE observe (text, numeric, numeric, numeric, numeric, numeric) AS
	INSERT INTO plimsoll.observations (feed_id, source_time, verdict,
		reason, value, open, high, low, volume, import_id)
	SELECT f.id, '2024-01-01Z'::timestamptz + make_interval(secs => (SELECT
	       count(*) FROM plimsoll.observations)), $1, 'why', $2, $3, $4, $5,
	       $6, i.id
	FROM plimsoll.feeds f JOIN plimsoll.imports i ON i.feed_id = f.id
	WHERE f.source = 'binance';
SELECT lives_ok($$EXECUTE observe ('rejected', 0, NULL, NULL, NULL, NULL)$$,
	'zero, rejected');
SELECT lives_ok($$EXECUTE observe ('rejected', -5, -1, -9, 3, -2)$$,
	'a candle of nonsense, rejected');
SELECT lives_ok($$EXECUTE observe ('rejected', 1e30, NULL, NULL, NULL, NULL)$$,
	'out of range, rejected');
SELECT throws_ok($$EXECUTE observe ('rejected', 1, 1, NULL, 1, 1)$$, '23514',
	NULL, 'half a candle, rejected or not');
SELECT throws_ok($$EXECUTE observe ('marked', 0, NULL, NULL, NULL, NULL)$$,
	'23514', NULL, 'zero, only marked');
SELECT throws_ok($$EXECUTE observe ('marked', 'NaN', NULL, NULL, NULL, NULL)$$,
	'23514', NULL, 'no number');
SELECT throws_ok($$EXECUTE observe ('marked', 10, 10, 1e12, 9, 1)$$, '23514',
	NULL, 'a high out of range');
SELECT throws_ok($$EXECUTE observe ('marked', 10, 10, 11, 0, 1)$$, '23514',
	NULL, 'a low of zero');
SELECT lives_ok($$EXECUTE observe ('marked', 10, 10, 11, 9, 1)$$,
	'a marked candle');
SELECT throws_ok($$EXECUTE observe ('doubted', 10, 10, 11, 9, 1)$$, '23514',
	NULL, 'verdicts are closed');

-- where it came from
PREPARE came (text, text, bytea, bigint, numeric) AS
	INSERT INTO plimsoll.observations (feed_id, source_time, value, verdict,
		reason, signature, raw_digest, block, confidence, import_id)
	SELECT f.id, '2024-01-02Z', 1, $1, 'why', $2, $3, $4, $5, i.id
	FROM plimsoll.feeds f JOIN plimsoll.imports i ON i.feed_id = f.id
	WHERE f.source = 'binance';
SELECT throws_ok($$EXECUTE came ('accepted', 'failed', NULL, 1, 1)$$, '23514',
	NULL, 'accepted although its signature failed');
SELECT throws_ok($$EXECUTE came ('accepted', 'maybe', NULL, 1, 1)$$, '23514',
	NULL, 'signatures are closed');
SELECT throws_ok($$EXECUTE came ('accepted', 'none', '\x01', 1, 1)$$, '23514',
	NULL, 'digests have 32 bytes');
SELECT throws_ok($$EXECUTE came ('accepted', 'none', NULL, -1, 1)$$, '23514',
	NULL, 'a negative block');
SELECT throws_ok($$EXECUTE came ('accepted', 'none', NULL, 1, -1)$$, '23514',
	NULL, 'a negative confidence');
SELECT lives_ok($$EXECUTE came ('accepted', 'verified', pg_temp.hash('aa'), 1,
	0.5)$$, 'all of it');

-- feeds and imports of observations are there, and stay
PREPARE belong (bigint, bigint) AS
	INSERT INTO plimsoll.observations (feed_id, source_time, value,
		import_id) VALUES ($1, '2024-01-03Z', 1, $2);
SELECT throws_ok(format('EXECUTE belong (987654321, %s)', :import), '23503',
	format('there is no feed 987654321 or no import %s', :import),
	'an observation of no feed');
SELECT throws_ok(format('EXECUTE belong (%s, 987654321)', :feed), '23503',
	NULL, 'or of no import');
SELECT throws_like('DELETE FROM plimsoll.feeds', '%never changed%',
	'a feed stays');
SELECT throws_like('TRUNCATE plimsoll.feeds CASCADE', '%never changed%',
	'all of them');
SELECT throws_like('DELETE FROM plimsoll.imports', '%never changed%',
	'an import stays');
SELECT throws_like('TRUNCATE plimsoll.imports CASCADE', '%never changed%',
	'all of them');

-- disagreements
PREPARE disagree (jsonb, jsonb) AS
	INSERT INTO plimsoll.disagreements (feed_id, source_time, round,
		stored, offered, import_id)
	SELECT f.id, '2024-01-02Z', 0, $1, $2, i.id
	FROM plimsoll.feeds f JOIN plimsoll.imports i ON i.feed_id = f.id
	WHERE f.source = 'binance';
SELECT lives_ok($$EXECUTE disagree ('{"value": 1}', '{"value": 2}')$$,
	'a disagreement');
SELECT lives_ok($$EXECUTE disagree ('{"value": 1}', '{"value": 3}')$$,
	'another about the same moment');
SELECT throws_ok($$EXECUTE disagree ('{"value": 1}', '{"value": 2}')$$,
	'23505', NULL, 'each is there once');
SELECT throws_ok($$EXECUTE disagree ('{"value": 1}', '{"value": 1}')$$,
	'23514', NULL, 'what is equal does not disagree');
SELECT throws_like($$DELETE FROM plimsoll.disagreements$$, '%never changed%',
	'they stay');
SELECT throws_like($$TRUNCATE plimsoll.disagreements$$, '%never changed%',
	'all of them');

-- the queue
SELECT lives_ok(format($$INSERT INTO plimsoll.bars_pending (interval_s,
	open_time, feed_id) VALUES (3600, '2024-01-01Z', %s)$$, :feed),
	'an interval waits');
SELECT throws_ok($$INSERT INTO plimsoll.bars_pending (interval_s, open_time,
	feed_id) VALUES (3600, '2024-01-01Z', 987654321)$$, '23503', NULL,
	'of a feed that is there');

-- views
SELECT is((SELECT price::text || ' ' || verdict FROM risk.v_oracle_health),
	'1 accepted', 'v_oracle_health shows the newest');

SELECT * FROM finish();
ROLLBACK;
