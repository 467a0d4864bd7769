-- One row a stored backtest, forecaster and asset: the tests of its forecasts.
-- p is null where a test could not be made.  coverage_by says which test of
-- coverage counts: kupiec (pof_p), or block-bootstrap (all_share99_p), which
-- keeps forecasts that overlap.
CREATE VIEW risk.v_backtest_summary AS
SELECT b.ends_at AS as_of, encode(b.run_id, 'hex') AS run_id,
       f.row ->> 'modelId' AS model_id, f.row ->> 'forecaster' AS forecaster,
       f.row ->> 'asset' AS asset,
       (f.row ->> 'n')::bigint AS n, (f.row ->> 'exceed')::bigint AS exceed,
       (f.row ->> 'pofLr')::double precision AS pof_lr,
       (f.row ->> 'pofP')::double precision AS pof_p,
       (f.row ->> 'indP')::double precision AS ind_p,
       (f.row ->> 'ccP')::double precision AS cc_p,
       (f.row ->> 'dqP')::double precision AS dq_p,
       (f.row ->> 'z2')::double precision AS z2,
       (f.row ->> 'z2P')::double precision AS z2_p,
       f.row ->> 'coverageBy' AS coverage_by,
       (o.all_of ->> 'n')::bigint AS all_n,
       (o.all_of ->> 'exceed')::bigint AS all_exceed,
       (o.all_of -> 'share99' ->> 'p')::double precision AS all_share99_p,
       (o.all_of -> 'z2' ->> 'p')::double precision AS all_z2_p,
       (f.row ->> 'pinball')::double precision AS pinball,
       (f.row ->> 'baselinePinball')::double precision AS baseline_pinball,
       (f.row ->> 'dmP')::double precision AS dm_p,
       f.row ->> 'trafficLight' AS traffic_light,
       b.starts_at, b.ends_at, b.evidence, b.synthetic, b.stored_at
FROM plimsoll.backtests b
CROSS JOIN LATERAL jsonb_array_elements(b.document -> 'forecasts') AS f (row)
CROSS JOIN LATERAL (SELECT nullif(f.row -> 'overlapping', 'null')) AS o (all_of);
