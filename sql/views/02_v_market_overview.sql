-- One row a market: its newest snapshot, and the losses of its newest
-- decision.  Amounts in US dollars at the protocol's own prices.
CREATE VIEW risk.v_market_overview AS
WITH total AS (
	SELECT chain_id, market, as_of, block,
	       sum(supplied * price_usd) AS supplied_usd,
	       sum(borrowed * price_usd) AS borrowed_usd,
	       sum(available * price_usd) AS available_usd,
	       sum(deficit * price_usd) AS deficit_usd,
	       count(*) AS reserves,
	       bool_or(frozen OR paused) AS restricted,
	       bool_or(price_state <> 'live') AS price_trouble
	FROM risk.v_reserve GROUP BY chain_id, market, as_of, block
), newest AS (
	SELECT DISTINCT ON (chain_id, market) chain_id, outcome, evidence,
	       '0x' || encode(market, 'hex') AS market, valid_until, document
	FROM plimsoll.decisions
	ORDER BY chain_id, market, epoch DESC, stored_at DESC
)
SELECT t.as_of, t.block, t.chain_id, t.market, t.reserves,
       round(t.supplied_usd, 2) AS supplied_usd,
       round(t.borrowed_usd, 2) AS borrowed_usd,
       round(t.available_usd, 2) AS available_usd,
       round(t.borrowed_usd / nullif(t.supplied_usd, 0), 6) AS utilisation,
       (n.document #>> '{loss,var95,value}')::numeric AS var95_usd,
       (n.document #>> '{loss,es975,value}')::numeric AS es975_usd,
       round(t.deficit_usd, 2) AS deficit_usd, n.outcome, n.evidence,
       n.valid_until,
       coalesce((n.document ->> 'synthetic')::boolean, false) AS synthetic,
       CASE WHEN t.restricted THEN 'restricted'
	    WHEN t.price_trouble THEN 'price trouble'
	    WHEN n.outcome IS NULL THEN 'no decision'
	    ELSE lower(n.outcome) END AS status
FROM total t LEFT JOIN newest n
  ON n.chain_id = t.chain_id AND n.market = t.market;
