COPY plimsoll.reserves (market_id, ordinal, asset, symbol, decimals, flags,
	price_e8, price_time, feed, ltv_bps, lt_bps, lb_bps, supply_cap,
	borrow_cap, optimal_bps, base_bps, slope1_bps, slope2_bps,
	reserve_factor_bps, protocol_fee_bps, supplied, borrowed, available,
	deficit)
FROM STDIN
