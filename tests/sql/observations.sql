-- observations.sql -- exact values, uniqueness, bounds, never changed; bars:
-- versions, immutable once made.
\ir support.psql
SELECT plan(34);

SELECT feed, import FROM pg_temp.sample_feed() \gset

-- feeds
SELECT throws_ok($$INSERT INTO plimsoll.feeds (asset, quote, source, kind,
	interval_s) VALUES ('ETH', 'USDT', 'binance', 'candles', 3600)$$,
	'23505', NULL, 'a feed is there once');
SELECT throws_ok($$INSERT INTO plimsoll.feeds (asset, quote, source, kind,
	interval_s) VALUES ('ETH', 'USD', 'SYNTHETIC', 'candles', 3600)$$,
	'23514', NULL, 'source SYNTHETIC needs the flag');
SELECT throws_ok($$INSERT INTO plimsoll.feeds (asset, quote, source, kind,
	interval_s, synthetic) VALUES ('ETH', 'USD', 'kraken', 'candles', 3600,
	true)$$, '23514', NULL, 'the flag needs source SYNTHETIC');
SELECT throws_ok($$INSERT INTO plimsoll.feeds (asset, quote, source, kind,
	interval_s) VALUES ('ETH', 'USD', 'kraken', 'candles', 0)$$,
	'23514', NULL, 'candles have an interval');
SELECT throws_ok($$INSERT INTO plimsoll.feeds (asset, quote, source, kind,
	interval_s) VALUES ('ETH', 'USD', 'kraken', 'ticks', 60)$$,
	'23514', NULL, 'ticks have none');
SELECT throws_ok($$INSERT INTO plimsoll.feeds (asset, quote, source, kind,
	interval_s) VALUES ('ETH', 'USD', 'kraken', 'rumours', 0)$$,
	'23514', NULL, 'kinds are closed');

-- one observation, and what is refused beside it
PREPARE observe (timestamptz, numeric, numeric, numeric, numeric, numeric) AS
	INSERT INTO plimsoll.observations (feed_id, source_time, value, open,
		high, low, volume, import_id)
	SELECT f.id, $1, $2, $3, $4, $5, $6, i.id
	FROM plimsoll.feeds f JOIN plimsoll.imports i ON i.feed_id = f.id
	WHERE f.source = 'binance';
SELECT lives_ok($$EXECUTE observe ('2024-01-01 00:00Z', 2281.87123456789012345,
	2280, 2290.5, 2279.99, 12.5)$$, 'an observation is taken');
SELECT is((SELECT value::text FROM plimsoll.observations
	   WHERE feed_id = :feed), '2281.87123456789012345',
	'every digit is kept');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 00:00Z', 2281, 2280, 2290, 2279,
	1)$$, '23505', NULL, 'unique by feed, time and round');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 01:00Z', 0, NULL, NULL, NULL,
	NULL)$$, '23514', NULL, 'a price of zero');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 01:00Z', -1, NULL, NULL, NULL,
	NULL)$$, '23514', NULL, 'a negative price');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 01:00Z', 1e12, NULL, NULL, NULL,
	NULL)$$, '23514', NULL, 'a price out of range');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 01:00Z', 10, 10, 11, 10.5,
	1)$$, '23514', NULL, 'low above open and close');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 01:00Z', 10, 10, 9, 8,
	1)$$, '23514', NULL, 'high below open and close');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 01:00Z', 10, 10, NULL, 8,
	1)$$, '23514', NULL, 'half a candle');
SELECT throws_ok($$EXECUTE observe ('2024-01-01 01:00Z', 10, 10, 11, 9,
	-1)$$, '23514', NULL, 'a negative volume');
SELECT throws_ok($$EXECUTE observe ('2023-12-31 23:00Z', 10, 10, 11, 9,
	1)$$, '23514', NULL, 'a month without a partition');
SELECT throws_like($$UPDATE plimsoll.observations SET value = 1$$,
	'%never changed%', 'no update, not even by the owner');
SELECT throws_like($$DELETE FROM plimsoll.observations$$, '%never changed%',
	'no delete');
SELECT throws_like($$TRUNCATE plimsoll.observations$$, '%never changed%',
	'no truncate');
SELECT throws_ok(format($$INSERT INTO plimsoll.observations (feed_id,
	source_time, value, import_id, verdict) VALUES (%s, '2024-01-02Z', 1,
	%s, 'marked')$$, :feed, :import), '23514', NULL,
	'a mark without a reason');

-- rounds of a feed may share their second; u80 ids fit
SELECT lives_ok(format($$INSERT INTO plimsoll.observations (feed_id,
	source_time, round, value, import_id) VALUES
	(%1$s, '2024-01-03Z', 92233720368547771158, 1, %2$s),
	(%1$s, '2024-01-03Z', 92233720368547771159, 1, %2$s)$$, :feed,
	:import), 'two rounds in one second, ids beyond 64 bits');

-- bars
PREPARE bar (timestamptz, integer, numeric, numeric, numeric, numeric) AS
	INSERT INTO plimsoll.bars (feed_id, interval_s, open_time, version,
		open, high, low, close, count, import_id)
	SELECT f.id, 3600, $1, $2, $3, $4, $5, $6, 1, i.id
	FROM plimsoll.feeds f JOIN plimsoll.imports i ON i.feed_id = f.id
	WHERE f.source = 'binance';
SELECT lives_ok($$EXECUTE bar ('2024-01-01Z', 1, 10, 12, 9, 11)$$, 'a bar');
SELECT throws_ok($$EXECUTE bar ('2024-01-01Z', 1, 10, 12, 9, 11)$$, '23505',
	NULL, 'a version is there once');
SELECT lives_ok($$EXECUTE bar ('2024-01-01Z', 2, 10, 12, 8, 11)$$,
	'a correction is the next version');
SELECT throws_ok($$EXECUTE bar ('2024-01-01 00:30Z', 1, 10, 12, 9, 11)$$,
	'23514', NULL, 'bars open on whole intervals');
SELECT throws_ok($$EXECUTE bar ('2024-01-02Z', 1, 10, 10.5, 9, 11)$$, '23514',
	NULL, 'a close above the high');
SELECT throws_ok($$EXECUTE bar ('2024-01-02Z', 1, 10, 11, 0, 11)$$, '23514',
	NULL, 'a low of zero');
SELECT throws_like($$UPDATE plimsoll.bars SET close = 10.5$$,
	'%new version%', 'a bar is not corrected in place');
SELECT throws_like($$UPDATE plimsoll.bars SET used = true, low = 8$$,
	'%new version%', 'nor while it is marked used');
SELECT lives_ok($$UPDATE plimsoll.bars SET used = true WHERE version = 1$$,
	'it may become used');
SELECT throws_like($$UPDATE plimsoll.bars SET used = false$$,
	'%new version%', 'and never unused');
SELECT throws_like($$DELETE FROM plimsoll.bars$$, '%new version%',
	'no delete');
SELECT throws_like($$TRUNCATE plimsoll.bars$$, '%never changed%',
	'no truncate');

SELECT * FROM finish();
ROLLBACK;
