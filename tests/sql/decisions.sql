-- decisions.sql -- markets, cases, decisions, transactions: shapes, keys, and
-- what is never changed.
\ir support.psql
SELECT plan(27);

SELECT feed, import FROM pg_temp.sample_feed() \gset

-- snapshots
PREPARE market (bytea, bytea) AS INSERT INTO plimsoll.markets (chain_id, market,
	block, block_hash, block_time, fingerprint)
	VALUES (31337, $1, 100, $2, '2024-01-01Z', pg_temp.hash('33'));
SELECT lives_ok($$EXECUTE market (pg_temp.hash('aa'), pg_temp.hash('bb'))$$,
	'a snapshot');
SELECT throws_ok($$EXECUTE market (pg_temp.hash('aa'), pg_temp.hash('bb'))$$,
	'23505', NULL, 'one a block');
SELECT lives_ok($$EXECUTE market (pg_temp.hash('aa'), pg_temp.hash('bc'))$$,
	'a reorganised block of the same number is another snapshot');
SELECT throws_ok($$EXECUTE market ('\x01', pg_temp.hash('bd'))$$, '23514',
	NULL, 'market ids have 32 bytes');

PREPARE reserve (smallint, bytea, numeric) AS
	INSERT INTO plimsoll.reserves (market_id, ordinal, asset, symbol,
		decimals, flags, price_e8, feed, ltv_bps, lt_bps, lb_bps,
		supply_cap, borrow_cap, optimal_bps, base_bps, slope1_bps,
		slope2_bps, reserve_factor_bps, protocol_fee_bps, supplied,
		borrowed, available, deficit)
	SELECT id, $1, $2, 'WETH', 18, 9, 228187123456, pg_temp.address('05'),
		8000, 8250, 10500, 1000, 800, 9000, 0, 270, 8000, 1500, 1000,
		$3, 2, 1, 0
	FROM plimsoll.markets WHERE block_hash = pg_temp.hash('bb');
SELECT lives_ok($$EXECUTE reserve (0::smallint, pg_temp.address('01'),
	340282366920938463463374607431768211455)$$, 'amounts of 128 bits');
SELECT is((SELECT supplied::text FROM plimsoll.reserves LIMIT 1),
	'340282366920938463463374607431768211455', 'kept to the digit');
SELECT throws_ok($$EXECUTE reserve (1::smallint, pg_temp.address('01'), 1)$$,
	'23505', NULL, 'an asset is there once');
SELECT throws_ok($$INSERT INTO plimsoll.positions SELECT id,
	pg_temp.address('09'), 7, 0, true, 1, 0 FROM plimsoll.markets LIMIT 1$$,
	'23503', NULL, 'a holding is of a reserve of the snapshot');
SELECT is((SELECT price_usd || ' ' || utilisation FROM (
	SELECT r.price_usd, o.utilisation FROM risk.v_reserve r
	JOIN risk.v_market_overview o USING (chain_id, market)) v),
	NULL, 'views show the newest snapshot, here one without reserves');

-- liquidity
PREPARE curve (bigint[], integer[]) AS INSERT INTO plimsoll.liquidity (asset,
	source, quoted_at, sizes_usd, impacts_bps)
	VALUES ('ETH', 'quotes', '2024-01-01Z', $1, $2);
SELECT lives_ok($$EXECUTE curve ('{1000,10000}', '{3,20}')$$, 'a curve');
SELECT throws_ok($$EXECUTE curve ('{1000,10000}', '{3}')$$, '23514', NULL,
	'a size without an impact');
SELECT throws_ok($$EXECUTE curve ('{-1}', '{3}')$$, '23514', NULL,
	'a negative size');

-- cases and their inputs
PREPARE make_case (bytea) AS INSERT INTO plimsoll.cases (digest, chain_id,
	market, epoch, anchor_block, policy_hash, bytes)
	VALUES ($1, 31337, pg_temp.hash('aa'), 7, 100, pg_temp.hash('44'),
		'\x01');
SELECT lives_ok($$EXECUTE make_case (pg_temp.hash('c1'))$$, 'a case');
SELECT throws_ok($$EXECUTE make_case (pg_temp.hash('c1'))$$, '23505', NULL,
	'a digest is there once');
SELECT throws_ok(format($$INSERT INTO plimsoll.case_inputs VALUES (
	pg_temp.hash('c2'), 0, %s, 3600, '2024-01-01Z', '2024-01-02Z', 24,
	pg_temp.hash('55'), %s)$$, :feed, :import), '23503', NULL,
	'inputs belong to a stored case');
SELECT throws_ok(format($$INSERT INTO plimsoll.case_inputs VALUES (
	pg_temp.hash('c1'), 0, %s, 3600, '2024-01-03Z', '2024-01-02Z', 24,
	pg_temp.hash('55'), %s)$$, :feed, :import), '23514', NULL,
	'a range that ends before it starts');
SELECT throws_like($$UPDATE plimsoll.cases SET bytes = '\x02'$$,
	'%never changed%', 'a case never changes');

-- decisions
PREPARE decide (bytea, text, text, bytea, bytea) AS
	INSERT INTO plimsoll.decisions (digest, case_digest, chain_id, market,
		epoch, mode, outcome, evidence, as_of, valid_until,
		anchor_block, reasons, bytes, signature, signer, document)
	VALUES ($1, pg_temp.hash('c1'), 31337, pg_temp.hash('aa'), 7, 0, $2, $3,
		'2024-01-01Z', '2024-01-02Z', 100, 18446744073709551615, '\x01',
		$4, $5, '{"tuples":[{"symbol":"WETH","kind":"COLLATERAL",'
		'"old":{"ltv":"8000"},"new":{"ltv":"7900"},'
		'"binding":{"ltv":"market"},"unconstrained":{"ltv":"7700"}}],'
		'"synthetic":true}');
SELECT lives_ok($$EXECUTE decide (pg_temp.hash('d1'), 'UPDATE', 'C',
	decode(repeat('66', 65), 'hex'), pg_temp.address('02'))$$,
	'a signed decision, reasons of 64 bits');
SELECT throws_ok($$EXECUTE decide (pg_temp.hash('d2'), 'MAYBE', 'C', NULL,
	NULL)$$, '23514', NULL, 'outcomes are closed');
SELECT throws_ok($$EXECUTE decide (pg_temp.hash('d2'), 'HOLD', 'D', NULL,
	NULL)$$, '23514', NULL, 'evidence classes are closed');
SELECT throws_ok($$EXECUTE decide (pg_temp.hash('d2'), 'HOLD', 'C', NULL,
	pg_temp.address('02'))$$, '23514', NULL, 'a signer without signature');
SELECT throws_like($$DELETE FROM plimsoll.decisions$$, '%never changed%',
	'a decision stays');
SELECT results_eq($$SELECT asset, param, current, proposed, binding_limit,
	unconstrained, synthetic, state FROM risk.v_recommendation$$,
	$$VALUES ('WETH', 'ltv', 8000::numeric, 7900::numeric, 'market',
		  7700::numeric, true, 'not submitted')$$,
	'v_recommendation: one row a component, generated data named');

-- submissions, transactions, changes
INSERT INTO plimsoll.submissions (decision_digest, via, state)
VALUES (pg_temp.hash('d1'), 'steward', 'sent');
SELECT is((SELECT state || ' by ' || via FROM risk.v_recommendation),
	'sent by steward', 'the newest submission says how it stands');
SELECT throws_ok($$INSERT INTO plimsoll.submissions (decision_digest, via,
	state) VALUES (pg_temp.hash('d1'), 'letter', 'sent')$$, '23514', NULL,
	'ways to submit are closed');
SELECT throws_ok($$INSERT INTO plimsoll.submissions (decision_digest, via,
	state) VALUES (pg_temp.hash('d9'), 'steward', 'sent')$$, '23503', NULL,
	'of a stored decision only');
INSERT INTO plimsoll.parameter_changes (chain_id, transaction_hash, log_index,
	component, market, asset, symbol, kind, old_value, new_value, block,
	changed_at, author, decision_digest)
VALUES (31337, pg_temp.hash('77'), 3, 'ltv', pg_temp.hash('aa'),
	pg_temp.address('01'), 'WETH', 'COLLATERAL', 8000, 7900, 101,
	'2024-01-01 00:00:12Z', pg_temp.address('02'), pg_temp.hash('d1'));
SELECT results_eq($$SELECT param, old, new, author, update_id
	FROM risk.v_parameter_change_log$$,
	$$SELECT 'ltv', 8000::numeric, 7900::numeric, '0x' || repeat('02', 20),
		 '0x' || repeat('d1', 32)$$,
	'v_parameter_change_log leads from the change to the decision');

SELECT * FROM finish();
ROLLBACK;
