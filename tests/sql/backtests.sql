-- backtests.sql -- what backtests said: a row a run and model, once; the view
-- gives a row a forecaster and asset.
\ir support.psql
SELECT plan(22);

-- As `backtest run --json` prints it, shortened: two forecasters of one asset,
-- the second with forecasts that overlap and a test that could not be made.
CREATE FUNCTION pg_temp.summary() RETURNS jsonb LANGUAGE sql AS $$
SELECT '{"runId": "11", "forecasts": [
 {"modelId": "2222222222222222", "forecaster": "plimsoll", "asset": "WETH",
  "n": 250, "exceed": 4, "pofLr": 0.769138, "pofP": 0.38, "indP": 0.7,
  "ccP": 0.6, "dqP": 0.5, "z2": -0.1, "z2P": 0.4, "pinball": 0.001,
  "baselinePinball": 0.002, "dmP": 0.03, "coverageBy": "kupiec",
  "overlapping": null, "trafficLight": "green"},
 {"modelId": "ewma-0.94", "forecaster": "ewma-0.94", "asset": "WETH",
  "n": 1000, "exceed": 30, "pofLr": 25.5, "pofP": 1e-7, "indP": 0.1,
  "ccP": 0.0001, "dqP": null, "z2": -2.5, "z2P": 0.0001, "pinball": 0.002,
  "baselinePinball": 0.002, "dmP": 0.03, "coverageBy": "block-bootstrap",
  "overlapping": {"n": 4000, "exceed": 118, "share99": {"p": 0.0019},
  "z2": {"p": null}}, "trafficLight": "red"}]}'::jsonb $$;
PREPARE store (bytea, bytea, text, timestamptz, jsonb) AS
	INSERT INTO plimsoll.backtests (run_id, model_id, input_digest,
		starts_at, ends_at, evidence, synthetic, document)
	VALUES (substr($1, 1, 16), $2, $1, '2022-01-01Z', $4, $3, false, $5)
	ON CONFLICT (run_id, model_id) DO NOTHING;
PREPARE good AS INSERT INTO plimsoll.backtests (run_id, model_id, input_digest,
	starts_at, ends_at, evidence, synthetic, document)
	VALUES (substr(pg_temp.hash('11'), 1, 16), substr(pg_temp.hash('22'), 1, 8),
	pg_temp.hash('11'), '2022-01-01Z', '2023-01-01Z', 'A', false,
	pg_temp.summary()) ON CONFLICT (run_id, model_id) DO NOTHING;

SELECT is_empty('SELECT * FROM risk.v_backtest_summary', 'none at first');
SELECT lives_ok('EXECUTE good', 'a run is kept');
SELECT lives_ok('EXECUTE good', 'again');
SELECT results_eq('SELECT count(*) FROM plimsoll.backtests', 'VALUES (1::bigint)',
	'and is there once');
SELECT results_eq($$SELECT run_id, model_id, forecaster, asset, n, exceed,
	pof_lr, pof_p, ind_p, cc_p, dq_p, z2, z2_p, pinball, baseline_pinball,
	dm_p, traffic_light FROM risk.v_backtest_summary
	WHERE forecaster = 'plimsoll'$$,
	$$VALUES (repeat('11', 16), repeat('22', 8), 'plimsoll', 'WETH',
	250::bigint, 4::bigint, 0.769138::float8, 0.38::float8, 0.7::float8,
	0.6::float8, 0.5::float8, -0.1::float8, 0.4::float8, 0.001::float8,
	0.002::float8, 0.03::float8, 'green')$$, 'the view has the tests');
SELECT results_eq($$SELECT coverage_by, all_n, all_share99_p
	FROM risk.v_backtest_summary WHERE forecaster = 'plimsoll'$$,
	$$VALUES ('kupiec', NULL::bigint, NULL::float8)$$,
	'none overlap: Kupiec counts');
SELECT results_eq($$SELECT coverage_by, all_n, all_exceed, all_share99_p,
	all_z2_p, dq_p FROM risk.v_backtest_summary
	WHERE forecaster = 'ewma-0.94'$$,
	$$VALUES ('block-bootstrap', 4000::bigint, 118::bigint, 0.0019::float8,
	NULL::float8, NULL::float8)$$, 'they overlap: blocks count');
SELECT results_eq($$SELECT DISTINCT as_of, starts_at, ends_at, evidence,
	synthetic FROM risk.v_backtest_summary$$,
	$$VALUES ('2023-01-01Z'::timestamptz, '2022-01-01Z'::timestamptz,
	'2023-01-01Z'::timestamptz, 'A', false)$$, 'with range and evidence');
SELECT lives_ok($$EXECUTE store (pg_temp.hash('11'),
	substr(pg_temp.hash('33'), 1, 8), 'A', '2023-01-01Z',
	pg_temp.summary())$$, 'another model, the same input');
SELECT lives_ok($$EXECUTE store (pg_temp.hash('44'),
	substr(pg_temp.hash('22'), 1, 8), 'C', '2023-01-01Z',
	pg_temp.summary())$$, 'another input');
SELECT results_eq('SELECT count(*) FROM risk.v_backtest_summary',
	'VALUES (6::bigint)', 'are rows of their own');
SELECT lives_ok($$EXECUTE store (pg_temp.hash('11'),
	substr(pg_temp.hash('22'), 1, 8), 'B', '2024-01-01Z',
	'{"forecasts": []}')$$, 'what is there already');
SELECT results_eq($$SELECT count(*) FROM risk.v_backtest_summary
	WHERE model_id = repeat('22', 8) AND evidence = 'A'$$,
	'VALUES (2::bigint)', 'stays as it was');
SELECT throws_ok($$EXECUTE store (pg_temp.hash('55'),
	substr(pg_temp.hash('22'), 1, 8), 'D', '2023-01-01Z',
	pg_temp.summary())$$, '23514', NULL, 'no class of evidence');
SELECT throws_ok($$EXECUTE store (pg_temp.hash('55'),
	substr(pg_temp.hash('22'), 1, 8), 'A', '2021-01-01Z',
	pg_temp.summary())$$, '23514', NULL, 'a range that ends before');
SELECT throws_ok($$EXECUTE store (pg_temp.hash('55'),
	substr(pg_temp.hash('22'), 1, 8), 'A', '2023-01-01Z',
	'{"forecasts": 1}')$$, '23514', NULL, 'no forecasts');
SELECT throws_ok($$EXECUTE store (pg_temp.hash('55'),
	substr(pg_temp.hash('22'), 1, 8), 'A', '2023-01-01Z', '{}')$$, '23514',
	NULL, 'not a word of them');
SELECT throws_ok($$INSERT INTO plimsoll.backtests VALUES
	(substr(pg_temp.hash('66'), 1, 16), substr(pg_temp.hash('22'), 1, 8),
	pg_temp.hash('55'), '2022-01-01Z', '2023-01-01Z', 'A', false,
	pg_temp.summary())$$, '23514', NULL, 'a run of another input');
SELECT throws_like('UPDATE plimsoll.backtests SET synthetic = true',
	'%never changed%', 'a row stays as it was');
SELECT throws_like('DELETE FROM plimsoll.backtests', '%never changed%',
	'and stays');
SELECT is(pg_temp.state_of('plimsoll_agent', 'EXECUTE good'), 'allowed',
	'the agent adds');
SELECT is(pg_temp.state_of('plimsoll_read',
	'SELECT * FROM risk.v_backtest_summary'), 'allowed', 'readers see it');

SELECT * FROM finish();
ROLLBACK;
