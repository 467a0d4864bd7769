-- One row a reserve of the newest stored snapshot of each market.
CREATE VIEW risk.v_reserve AS
WITH newest AS (
	SELECT DISTINCT ON (chain_id, market) *
	FROM plimsoll.markets ORDER BY chain_id, market, block DESC, id DESC
)
SELECT m.block_time AS as_of, m.block, m.chain_id,
       '0x' || encode(m.market, 'hex') AS market, r.symbol AS asset,
       '0x' || encode(r.asset, 'hex') AS asset_address,
       nullif(r.price_e8, 0) / 1e8 AS price_usd,
       CASE WHEN r.price_e8 = 0 THEN 'none'
	    WHEN m.block_time - r.price_time > interval '1 day' THEN 'stale'
	    ELSE 'live' END AS price_state,
       r.price_time, r.ltv_bps, r.lt_bps, r.lb_bps,
       r.reserve_factor_bps AS rf_bps,
       r.supplied / power(10::numeric, r.decimals) AS supplied,
       r.borrowed / power(10::numeric, r.decimals) AS borrowed,
       r.available / power(10::numeric, r.decimals) AS available,
       r.deficit / power(10::numeric, r.decimals) AS deficit,
       r.supply_cap,
       round(r.supplied / power(10::numeric, r.decimals)
	     / nullif(r.supply_cap, 0), 6) AS supply_used_ratio,
       r.borrow_cap,
       round(r.borrowed / power(10::numeric, r.decimals)
	     / nullif(r.borrow_cap, 0), 6) AS borrow_used_ratio,
       r.optimal_bps, r.base_bps, r.slope1_bps, r.slope2_bps,
       (r.flags & 1) <> 0 AS active, (r.flags & 2) <> 0 AS frozen,
       (r.flags & 4) <> 0 AS paused, (r.flags & 8) <> 0 AS borrowing,
       (r.flags & 16) <> 0 AS ltv_zero
FROM newest m JOIN plimsoll.reserves r ON r.market_id = m.id;
