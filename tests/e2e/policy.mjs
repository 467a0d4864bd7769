/*
 * policy.mjs -- the demonstration's policy.ini for a devnet: development
 * policy of chain 31337, the devnet's steward, market and assets.
 * usage: policy.mjs --dir DIR  (prints the policy)
 */
import { readFileSync } from 'node:fs';

const dir = process.argv[process.argv.indexOf('--dir') + 1];
const devnet = JSON.parse(readFileSync(`${dir}/devnet.json`, 'utf8'));

/* What the market's humans chose, beyond the presets of `policy init`. */
const market = {
	chain_id: 31337, steward: devnet.addresses.steward, market: devnet.market,
	development: 'yes', epoch_period_s: 3600, valid_for_s: 3600,
	max_bar_age_s: 10800, outside_hold_s: 0, window_bars: 1500,
	burn_in_bars: 1000, refit_bars: 168, path_count: 1000,
	oracle_lag_s: 3600, stressed_size_usd: 300000,
	loss_budget_usd: 2000000,
};
const assets = {
	WETH: { stable: 'no', ltv_ceiling_bps: 8050, lt_ceiling_bps: 8300,
		volatility_floor_bps: 4000, circulating_tokens: 120000000 },
	WBTC: { stable: 'no', ltv_ceiling_bps: 7600, lt_ceiling_bps: 8100,
		volatility_floor_bps: 3500, circulating_tokens: 160000 },
	LINK: { stable: 'no', ltv_ceiling_bps: 6600, lt_ceiling_bps: 7100,
		volatility_floor_bps: 6000, circulating_tokens: 560000000 },
	CRV: { stable: 'no', ltv_ceiling_bps: 3000, lt_ceiling_bps: 3800,
		volatility_floor_bps: 8000, circulating_tokens: 900000000 },
	USDC: { stable: 'yes', ltv_ceiling_bps: 7700, lt_ceiling_bps: 8000,
		volatility_floor_bps: 100, circulating_tokens: 25000000000 },
};

const lines = ['; The demonstration\'s policy: for a local chain only.', '[policy]'];
for (const [name, value] of Object.entries(market))
	lines.push(`${name} = ${value}`);
for (const { symbol, address } of devnet.reserves) {
	lines.push('', `[asset ${symbol}]`, `address = ${address}`,
		'collateral = yes', 'borrowable = yes');
	for (const [name, value] of Object.entries(assets[symbol]))
		lines.push(`${name} = ${value}`);
}
process.stdout.write(lines.join('\n') + '\n');
