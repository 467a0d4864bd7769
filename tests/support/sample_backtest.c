/* sample_backtest.c -- see sample_backtest.h. */
#include "tests/support/sample_backtest.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/sample_case.h"

#define ASSETS 3
#define FROM 1640995200 /* 2022-01-01 */
#define BARS_ROOM 12000
#define CRASH_DAY 12
#define CRASH_HOURS 5

static struct bar bars[ASSETS][BARS_ROOM];
static struct policy policy;
static uint8_t policy_bytes[16384];

static const struct {
	const char *symbol;
	double price, deviation, supply_usd;
	uint32_t ltv, lt;
	uint8_t decimals;
} assets[ASSETS] = {
	{ "COIN", 20.0, 0.012, 40e6, 6500, 7200, 18 },
	{ "CALM", 1500.0, 0.006, 90e6, 7800, 8250, 8 },
	{ "CASH", 1.0, 0.0003, 80e6, 7500, 7800, 6 },
};

static struct decimal fall(struct decimal price, double share)
{
	return decimal_from_scaled(
		(int64_t)(decimal_to_double(price) * share * 1e8), 8);
}

/* From the crash on every price is 45 % lower, reached within hours. */
static void crash(struct bar *history, size_t count)
{
	size_t start = SAMPLE_BACKTEST_WARM + CRASH_DAY * 24;

	for (size_t i = start; i < count; i++) {
		size_t hours = i - start < CRASH_HOURS ? i - start
						       : CRASH_HOURS;
		double before = 1.0 - 0.09 * (double)hours;
		double after = hours < CRASH_HOURS ? before - 0.09 : before;
		struct bar *bar = &history[i];

		bar->open = fall(bar->open, before);
		bar->high = fall(bar->high, before);
		bar->low = fall(bar->low, after);
		bar->close = fall(bar->close, after);
	}
}

static void make_policy(size_t count)
{
	struct asset_policy kept[2];
	struct buffer buffer;

	sample_policy(&policy);
	memcpy(kept, policy.assets, sizeof(kept));
	policy.chain_id = 1;
	policy.development = false;
	policy.epoch_period_s = 86400;
	policy.path_count = 200;
	policy.burn_in_bars = 300;
	policy.window_bars = 400;
	policy.refit_bars = 240;
	policy.outside_hold_s = 0;
	policy.asset_count = count;
	for (size_t a = 0; a < count; a++) {
		struct asset_policy *asset = &policy.assets[a];

		*asset = kept[0];
		memset(asset->asset, (int)a + 1, ADDRESS_SIZE);
		memset(asset->symbol, 0, SYMBOL_MAX);
		snprintf(asset->symbol, SYMBOL_MAX, "%s", assets[a].symbol);
		asset->stable = a == 2;
		asset->volatility_floor_bps = a == 2 ? 100 : 3000;
		asset->ltv_ceiling_bps = assets[a].ltv;
		asset->lt_ceiling_bps = assets[a].lt;
	}
	assert(!policy_check(&policy));
	buffer_init(&buffer, policy_bytes, sizeof(policy_bytes));
	policy_encode(&buffer, &policy);
	assert(!buffer.overflow);
}

static size_t policy_size(void)
{
	struct buffer buffer;

	buffer_init(&buffer, policy_bytes, sizeof(policy_bytes));
	policy_encode(&buffer, &policy);
	return buffer.size;
}

static void set_limits(struct plan_steward *out)
{
	*out = (struct plan_steward){ .confirm_delay_s = 43200,
				      .timelock_delay_s = 172800,
				      .pending_life_s = 604800,
				      .submission_delay_s = 300,
				      .thaw_after_s = 172800 };
	for (uint8_t kind = KIND_COLLATERAL; kind <= KIND_BORROW_CAP; kind++) {
		struct kind_limit *limit = &out->limits[kind];

		*limit = (struct kind_limit){
			.set = true, .relative = kind != KIND_COLLATERAL,
			.window_s = 604800, .min_delay_loosen_s = 43200,
			.count = kind_value_count(kind) };
		for (uint8_t i = 0; i < limit->count; i++)
			limit->components[i] = (struct component_limit){
				kind != KIND_COLLATERAL, 68719476735u,
				limit->relative ? 5000 : 400,
				limit->relative ? 5000 : 200,
				limit->relative ? 10000 : 1200,
				limit->relative ? 10000 : 400,
				limit->relative ? 5000 : 200 };
	}
}

static void set_asset(struct plan_asset *out, size_t a, size_t count)
{
	double tokens = assets[a].supply_usd / assets[a].price;

	snprintf(out->symbol, SYMBOL_MAX, "%s", assets[a].symbol);
	snprintf(out->series, sizeof(out->series), "%s/USD@made",
		 assets[a].symbol);
	out->synthetic = true;
	out->bars = bars[a];
	out->bar_count = count;
	out->decimals = assets[a].decimals;
	out->stable = a == 2;
	out->parent = (uint8_t)a;
	out->start = (struct parameters){
		assets[a].ltv, assets[a].lt, 10600,
		(uint64_t)(2.0 * tokens), (uint64_t)tokens,
		a == 2 ? 9000 : 6000, 0, 400, 8000 };
	out->reserve_factor_bps = 1500;
	out->protocol_fee_bps = 1000;
	out->supply_usd = assets[a].supply_usd;
	out->curve = (struct liquidity_curve){ .reserve = (uint8_t)a,
					       .source = "made", .count = 3 };
	out->curve.points[0] = (struct curve_point){ 50000, 10 };
	out->curve.points[1] = (struct curve_point){ 500000, 120 };
	out->curve.points[2] = (struct curve_point){ 5000000, 1500 };
}

void sample_backtest(struct backtest_plan *out, uint64_t seed, uint32_t days)
{
	size_t count = SAMPLE_BACKTEST_WARM + days * 24u;

	assert(count <= BARS_ROOM);
	memset(out, 0, sizeof(*out));
	make_policy(ASSETS);
	for (size_t a = 0; a < ASSETS; a++) {
		sample_history(bars[a], &(struct sample_walk){
			seed * 16 + a, assets[a].price, assets[a].deviation,
			FROM + (int64_t)days * 86400, (uint32_t)count });
		if (a < 2)
			crash(bars[a], count);
		set_asset(&out->assets[a], a, count);
	}
	out->policy = &policy;
	out->policy_bytes = bytes_of(policy_bytes, policy_size());
	out->asset_count = ASSETS;
	out->from_s = FROM;
	out->to_s = FROM + (int64_t)days * 86400;
	out->evidence = EVIDENCE_A;
	out->seed[0] = 7;
	out->depth_elasticity = 0.6;
	out->depth_floor = 0.1;
	out->population = (struct plan_population){
		30, policy.relever_share_ppm, 100000, 0, 0 };
	set_limits(&out->steward);
}

struct bar *sample_backtest_bars(size_t asset)
{
	return bars[asset];
}
