/* backtest_preset.c -- see backtest_file.h: files to start from, for assets
 * that many markets list.  What stands in them is a starting point, not a
 * record of any market: sizes and depth are round, parameters those that large
 * markets had. */
#include "agent/backtest_file.h"

#include <stdio.h>
#include <string.h>

/* The volatility floor is about what BTC and ETH had in the long run up to the
 * end of 2021, and no less for the others: who reads risk off a calm month alone
 * lends most right before a crash. */
struct preset_asset {
	const char *symbol, *series, *history_symbol, *curve;
	unsigned decimals, ltv, lt, lb, slope1, slope2, optimal;
	uint64_t supply_usd;
	bool borrowable, stable;
	const char *parent;
	unsigned volatility_floor_bps;
};

static const struct preset_asset presets[] = {
	{ "ETH", "ETH/USDT@binance", "WETH",
	  "100000:2 1000000:12 5000000:50 20000000:180 50000000:450 "
	  "100000000:1000", 18, 8000, 8250, 10500, 380, 8000, 8000,
	  1000000000, true, false, NULL, 9500 },
	{ "BTC", "BTC/USDT@binance", "WBTC",
	  "100000:2 1000000:10 5000000:45 20000000:160 50000000:400 "
	  "100000000:900", 8, 7000, 7500, 10650, 400, 30000, 4500,
	  600000000, true, false, NULL, 8500 },
	{ "LINK", "LINK/USDT@binance", "LINK",
	  "50000:8 250000:30 1000000:100 3000000:280 10000000:900", 18, 7000,
	  7500, 10750, 700, 30000, 4500, 100000000, true, false,
	  NULL, 10000 },
	{ "AAVE", "AAVE/USDT@binance", "AAVE",
	  "50000:12 250000:45 1000000:160 3000000:450 10000000:1400", 18, 6000,
	  7000, 10750, 700, 30000, 4500, 120000000, false, false, NULL,
	  10000 },
	{ "CRV", "CRV/USDT@binance", "CRV",
	  "50000:20 250000:80 1000000:280 3000000:800 10000000:2500", 18, 5200,
	  5800, 10830, 1400, 30000, 4500, 60000000, true, false,
	  NULL, 12000 },
	{ "stETH", "stETH/USD@coingecko", "stETH",
	  "100000:3 1000000:15 5000000:60 20000000:250 50000000:700 "
	  "100000000:1800", 18, 7000, 7500, 10750, 700, 30000, 4500, 500000000,
	  false, false, "ETH", 9500 },
	{ "USD", "USDC/USD@SYNTHETIC", "USD",
	  "1000000:1 10000000:5 50000000:30 100000000:80", 6, 8000, 8500,
	  10500, 400, 6000, 9000, 800000000, true, true,
	  NULL, 100 },
	{ "USDC", "USDC/USD@cdd", "USDC",
	  "1000000:1 10000000:5 50000000:30 100000000:80", 6, 8000, 8500,
	  10500, 400, 6000, 9000, 800000000, true, true,
	  NULL, 100 },
};

/* Caps at the start, of what is supplied then. */
#define SUPPLY_CAP_TIMES 4
#define BORROW_CAP_TIMES 3

/* Of the policy: the highest threshold above the start's LTV, and the lowest
 * below it. */
#define GAP_BPS 250
#define DEPTH_BPS 1600

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char head[] =
	"; The market that a backtest simulates.  Units end the names: bps, ppm\n"
	"; (millionths), s, usd.  Sizes, depth and starting parameters are round\n"
	"; figures to start from: put in those of your market.\n\n"
	"[backtest]\n"
	"; class of evidence that is supposed of all input: A, B or C\n"
	"evidence = A\n"
	"; borrowers of each asset (1 .. 20000)\n"
	"borrowers = 1500\n"
	"; of them, short: a volatile debt against a stable coin\n"
	"short_ppm = 80000\n"
	"; of a claim's holders (stETH): borrow what it is a claim on\n"
	"loop_ppm = 600000\n"
	"; no borrower has more of what an asset's borrowers bring: the dollars of\n"
	"; one account say little about a rule; 0: as unequal as real markets are\n"
	"largest_ppm = 20000\n"
	"; decisions see bars that closed so long ago\n"
	"embargo_s = 0\n"
	"; depth goes with volatility^-this, and at least the floor is left\n"
	"depth_elasticity_ppm = 600000\n"
	"depth_floor_ppm = 100000\n\n"
	"[steward]\n"
	"; a loosening waits, then is confirmed; a large one waits the timelock\n"
	"confirm_delay_s = 86400\n"
	"timelock_delay_s = 259200\n"
	"pending_life_s = 604800\n"
	"; from decision to effect\n"
	"submission_delay_s = 300\n"
	"; a frozen reserve goes back to its values after\n"
	"thaw_after_s = 259200\n\n"
	"; a value: step tighter, step looser, both allowances of a window, and\n"
	"; the loosening that need not wait for the timelock; bps (caps: of the\n"
	"; larger value)\n"
	"[limit COLLATERAL]\nwindow_s = 604800\nmin_delay_tighten_s = 0\n"
	"min_delay_loosen_s = 86400\nltv = 500 200 1500 400 200\n"
	"lt = 300 200 900 400 200\nlb = 200 100 400 200 100\n"
	"[limit SUPPLY_CAP]\nwindow_s = 604800\nmin_delay_tighten_s = 0\n"
	"min_delay_loosen_s = 86400\nsupplyCap = 5000 5000 10000 10000 5000\n"
	"[limit BORROW_CAP]\nwindow_s = 604800\nmin_delay_tighten_s = 0\n"
	"min_delay_loosen_s = 86400\nborrowCap = 5000 5000 10000 10000 5000\n"
	"[limit RATES]\nwindow_s = 604800\nmin_delay_tighten_s = 0\n"
	"min_delay_loosen_s = 86400\noptimal = 300 300 600 600 300\n"
	"base = 100 100 200 200 100\nslope1 = 100 100 200 200 100\n"
	"slope2 = 2000 2000 4000 4000 2000\n";

static void write_market_asset(struct text *out, const struct preset_asset *p)
{
	text_add_format(out, "\n[asset %s]\n; stored bars that price it\n"
			"series = %s\n; its name in --history\n"
			"history_symbol = %s\n", p->symbol, p->series,
			p->history_symbol);
	if (p->parent)
		text_add_format(out, "; what it is a claim on\nparent = %s\n",
				p->parent);
	text_add_format(out, "decimals = %u\n; in force at the start\n"
			"ltv_bps = %u\nlt_bps = %u\nlb_bps = %u\n"
			"supply_cap_usd = %llu\n%s = %llu\n"
			"optimal_bps = %u\nbase_bps = 0\nslope1_bps = %u\n"
			"slope2_bps = %u\nreserve_factor_bps = %u\n"
			"protocol_fee_bps = 1000\n; supplied at the start\n"
			"supply_usd = %llu\n; size sold at once : impact\n"
			"curve = %s\n", p->decimals, p->ltv, p->lt, p->lb,
			(unsigned long long)p->supply_usd * SUPPLY_CAP_TIMES,
			p->borrowable ? "borrow_cap_usd" : "borrow_cap",
			p->borrowable ? (unsigned long long)p->supply_usd *
						BORROW_CAP_TIMES
				      : 1,
			p->optimal, p->slope1, p->slope2, p->stable ? 1000 : 1500,
			(unsigned long long)p->supply_usd, p->curve);
}

/* How far above the start's values a preset lets them go.  What backs short
 * positions is called by rises of what it lends against, not by its own falls. */
static unsigned room_of(const struct preset_asset *p, const char *preset)
{
	return p->stable || strcmp(preset, "open") ? 0 : 1000;
}

/* LTV is what lends, a threshold far above it only lets losses grow. */
static unsigned highest_threshold(const struct preset_asset *p,
				  const char *preset)
{
	unsigned most = p->ltv + GAP_BPS;

	return (p->lt < most ? p->lt : most) + room_of(p, preset);
}

/* Addresses are made up: the assets in order. */
static void write_policy_asset(struct text *out, const struct preset_asset *p,
			       size_t index, const char *preset)
{
	unsigned highest = highest_threshold(p, preset);

	text_add_format(out, "\n[asset %s]\n"
			"address = 0x%040zx\ncollateral = yes\n"
			"borrowable = %s\nstable = %s\nrates = no\n"
			"ltv_ceiling_bps = %u\nlt_ceiling_bps = %u\n"
			"lt_floor_bps = %u\nlb_floor_bps = %u\n"
			"lb_ceiling_bps = %u\nvolatility_floor_bps = %u\n"
			"loss_budget_usd = 250000\n",
			p->symbol, index + 1, p->borrowable ? "yes" : "no",
			p->stable ? "yes" : "no", p->ltv + room_of(p, preset),
			highest, highest - DEPTH_BPS, p->lb, p->lb + 200,
			p->volatility_floor_bps);
}

/* Chosen on the years before 2022: docs/backtest.md. */
static void write_policy_head(struct text *out, const char *preset)
{
	bool cautious = !strcmp(preset, "cautious");
	bool open = !strcmp(preset, "open");

	text_add_format(out, "; The policy of a backtest, preset %s; `plimsoll "
			"policy init` says what every key means.\n"
			"; Daily decisions; steward, market and addresses are "
			"made up.\n[policy]\nchain_id = 1\n"
			"steward = 0x%040x\nmarket = 0x%064x\n"
			"epoch_period_s = 86400\nvalid_for_s = 3600\n"
			"path_count = 1000\nburn_in_bars = 400\n"
			"refit_others_every = 4\n"
			"single_position_usd = 1000000000\n"
			"bucket_width_ppm = 10000\n"
			"outside_hold_s = 0\nhistory_epochs = 8\n"
			"cut_liquidates_usd_max = %u\n"
			"cut_liquidates_accounts_max = %u\n"
			"loss_budget_usd = %u\nltv_touch_ppm = %u\n",
			preset, 1, 1, cautious ? 0 : 5000000,
			cautious ? 0 : 100, open ? 2000000 : 500000,
			cautious ? 100000 : 500000);
	if (cautious)
		text_add_string(out, "gap_quantile_ppm = 999900\n"
				     "stress_depth_bps = 3000\n");
	else if (open)
		text_add_string(out, "gap_quantile_ppm = 995000\n"
				     "stress_depth_bps = 7000\n");
}

/* Is the asset at `at` also named before it? */
static bool is_again(const char *assets, const char *at, size_t length)
{
	for (const char *before = assets; before < at;) {
		size_t other = strcspn(before, ",");

		if (other == length && !strncmp(before, at, length))
			return true;
		before += other + 1;
	}
	return false;
}

static const struct preset_asset *find(const char *name, size_t length)
{
	for (size_t i = 0; i < COUNT(presets); i++)
		if (strlen(presets[i].symbol) == length &&
		    !strncmp(presets[i].symbol, name, length))
			return &presets[i];
	return NULL;
}

enum status backtest_preset_write(struct text *market, struct text *policy,
				  const char *assets, const char *preset,
				  struct error *error)
{
	size_t index = 0;

	if (strcmp(preset, "cautious") && strcmp(preset, "standard") &&
	    strcmp(preset, "open"))
		return error_set(error, E_USAGE, "no preset \"%.40s\": "
				 "cautious, standard or open", preset);
	text_add_string(market, head);
	write_policy_head(policy, preset);
	for (const char *at = assets; *at;) {
		size_t length = strcspn(at, ",");
		const struct preset_asset *p = find(at, length);

		if (is_again(assets, at, length))
			return error_set(error, E_USAGE, "--assets: %.*s is "
					 "named twice", (int)length, at);
		if (!p || index == ASSETS_MAX) {
			error_set(error, E_USAGE, "--assets: no preset for "
				  "\"%.*s\"", (int)length, at);
			return error_hint(error, "There are ETH, BTC, LINK, "
					  "AAVE, CRV, stETH, USDC and USD, "
					  "a coin at par with generated "
					  "prices; add others to both files "
					  "by hand.");
		}
		write_market_asset(market, p);
		write_policy_asset(policy, p, index++, preset);
		at += length + (at[length] == ',');
	}
	return index ? OK : error_set(error, E_USAGE, "--assets is empty");
}
