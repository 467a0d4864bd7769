-- $1 snapshot, $2 ordinal, $3 asset, $4 symbol, $5 decimals, $6 flags,
-- $7 price, $8 its time (0: none), $9 feed, $10 ltv, $11 lt, $12 lb,
-- $13 supply cap, $14 borrow cap, $15 optimal, $16 base, $17 slope1,
-- $18 slope2, $19 reserve factor, $20 protocol fee, $21 supplied,
-- $22 borrowed, $23 available, $24 deficit
INSERT INTO plimsoll.reserves (market_id, ordinal, asset, symbol, decimals,
	flags, price_e8, price_time, feed, ltv_bps, lt_bps, lb_bps, supply_cap,
	borrow_cap, optimal_bps, base_bps, slope1_bps, slope2_bps,
	reserve_factor_bps, protocol_fee_bps, supplied, borrowed, available,
	deficit)
VALUES ($1::bigint, $2::smallint, $3::bytea, $4::text, $5::smallint,
	$6::integer, $7::numeric, to_timestamp(nullif($8::bigint, 0)),
	$9::bytea, $10::integer, $11::integer, $12::integer, $13::numeric,
	$14::numeric, $15::integer, $16::integer, $17::integer, $18::integer,
	$19::integer, $20::integer, $21::numeric, $22::numeric, $23::numeric,
	$24::numeric)
