/*
 * policy.mjs -- the demonstration's policy.ini for a devnet: development
 * policy of chain 31337, the devnet's steward, market and assets.  Ceilings
 * stand near the values in force, so that the market is at rest after a few
 * epochs; WBTC's supply cap may grow fourfold, in two doublings.
 * usage: policy.mjs --dir DIR --table table.json  (prints the policy)
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values } = parseArgs({ options: { dir: text, table: text } });
const devnet = JSON.parse(readFileSync(`${values.dir}/devnet.json`, 'utf8'));
const table = JSON.parse(readFileSync(values.table, 'utf8'));

/* What the market's humans chose, beyond the presets of `policy init`. */
const market = {
	chain_id: 31337, steward: devnet.addresses.steward, market: devnet.market,
	development: 'yes', epoch_period_s: 3600, valid_for_s: 3600,
	max_bar_age_s: 10800, outside_hold_s: 0, window_bars: 1500,
	burn_in_bars: 1000, refit_bars: 168, path_count: 1000,
	oracle_lag_s: 3600, stressed_size_usd: 300000, loss_budget_usd: 2000000,
	dead_band_ltv_bps: 150, dead_band_lt_bps: 50, dead_band_lb_bps: 75,
};
const assets = {
	WETH: { stable: 'no', ltv_ceiling_bps: 7800, lt_ceiling_bps: 8300,
		volatility_floor_bps: 4000 },
	WBTC: { stable: 'no', ltv_ceiling_bps: 7300, lt_ceiling_bps: 7800,
		volatility_floor_bps: 3500 },
	LINK: { stable: 'no', ltv_ceiling_bps: 6000, lt_ceiling_bps: 7100,
		volatility_floor_bps: 6000 },
	CRV: { stable: 'no', ltv_ceiling_bps: 3500, lt_ceiling_bps: 4100,
		volatility_floor_bps: 8000 },
	USDC: { stable: 'yes', ltv_ceiling_bps: 7500, lt_ceiling_bps: 7800,
		volatility_floor_bps: 100 },
};
const growth = { WBTC: 4n };

const lines = ['; The demonstration\'s policy: for a local chain only.', '[policy]'];
for (const [name, value] of Object.entries(market))
	lines.push(`${name} = ${value}`);
for (const { symbol, address } of devnet.reserves) {
	const now = table.find((row) => row.symbol === symbol);
	lines.push('', `[asset ${symbol}]`, `address = ${address}`,
		'collateral = yes', 'borrowable = yes',
		`lb_floor_bps = ${now.lb}`, `lb_ceiling_bps = ${now.lb}`,
		`supply_cap_ceiling = ${BigInt(now.supplyCap) * (growth[symbol] ?? 1n)}`,
		`borrow_cap_ceiling = ${now.borrowCap}`);
	for (const [name, value] of Object.entries(assets[symbol]))
		lines.push(`${name} = ${value}`);
}
process.stdout.write(lines.join('\n') + '\n');
