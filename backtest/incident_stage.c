/* incident_stage.c -- see incident_stage.h. */
#include "backtest/incident_stage.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/elementary.h"
#include "models/rng.h"

#define FROM_S INT64_C(1640995200) /* 2022-01-01 */
#define HOUR_S 3600
#define DAY_HOURS 24
#define RATIO_START 1.20      /* of the claim, at the history's begin ... */
#define RATIO_A_HOUR 3.4e-6   /* ... and what it grows by: 3 % a year */
#define PEG_PULL 0.2          /* of a stable's distance, back in an hour */

/* Noise: GARCH(1,1) of hourly log returns around the asset's own size. */
#define ALPHA 0.06
#define BETA 0.90

static const struct {
	const char *symbol;
	double price_usd, hourly_sd, supply_usd;
	struct parameters start;
	uint8_t decimals;
	bool stable;
	uint32_t volatility_floor_bps;
	struct curve_point curve[4];
} assets[INCIDENT_ASSETS] = {
	{ "COIN", 20.0, 0.011, 30e6,
	  { 4200, 5500, 10800, 3000000, 900000, 4500, 0, 700, 30000 }, 18,
	  false, 6000,
	  { { 50000, 20 }, { 500000, 150 }, { 3000000, 700 },
	    { 10000000, 2200 } } },
	{ "CORE", 1500.0, 0.006, 120e6,
	  { 7300, 8000, 10500, 160000, 90000, 8000, 0, 400, 8000 }, 18, false,
	  4000,
	  { { 500000, 4 }, { 5000000, 30 }, { 50000000, 250 },
	    { 150000000, 900 } } },
	{ "CASH", 1.0, 0.0003, 110e6,
	  { 7500, 7800, 10450, 220000000, 190000000, 9000, 0, 400, 6000 }, 6,
	  true, 100,
	  { { 1000000, 1 }, { 10000000, 5 }, { 50000000, 30 },
	    { 200000000, 150 } } },
	{ "CLAIM", 1800.0, 0.0003, 60e6,
	  { 7200, 8000, 10600, 70000, 1, 4500, 0, 700, 30000 }, 18, false,
	  4000,
	  { { 250000, 5 }, { 2500000, 40 }, { 25000000, 300 },
	    { 80000000, 1100 } } },
};

int64_t incident_start_s(const struct incident_stage *stage)
{
	return FROM_S + (int64_t)stage->before * HOUR_S;
}

int64_t incident_end_s(const struct incident_stage *stage)
{
	return incident_start_s(stage) + (int64_t)stage->lasting * HOUR_S;
}

static void set_asset_policy(struct asset_policy *out, size_t a)
{
	const struct parameters *start = &assets[a].start;

	memset(out, 0, sizeof(*out));
#define ASSET(member, minimum, maximum, preset, meaning) out->member = preset;
#include "case/policy.def"
	memset(out->asset, (int)a + 1, ADDRESS_SIZE);
	snprintf(out->symbol, SYMBOL_MAX, "%s", assets[a].symbol);
	out->collateral = true;
	out->borrowable = a != INCIDENT_CLAIM;
	out->stable = assets[a].stable;
	out->ltv_ceiling_bps = start->ltv_bps;
	out->lt_ceiling_bps = start->lt_bps;
	out->lb_floor_bps = start->lb_bps;
	out->lb_ceiling_bps = start->lb_bps + 400;
	out->supply_cap_ceiling = 2 * start->supply_cap;
	out->borrow_cap_ceiling = 2 * start->borrow_cap;
	out->volatility_floor_bps = assets[a].volatility_floor_bps;
	out->max_price_age_s = 7200;
}

static void set_policy(struct policy *out)
{
	memset(out, 0, sizeof(*out));
#define POLICY(member, minimum, maximum, preset, meaning) out->member = preset;
#include "case/policy.def"
	out->chain_id = 1;
	memset(out->steward, 0x11, ADDRESS_SIZE);
	memset(out->market, 0x22, HASH_SIZE);
	out->epoch_period_s = 6 * HOUR_S;
	out->path_count = 100;
	out->burn_in_bars = 300;
	out->window_bars = 400;
	out->refit_bars = 240;
	out->outside_hold_s = 0;
	out->loss_budget_usd = 2000000;
	out->emergency_budget_usd = 6000000;
	out->asset_count = INCIDENT_ASSETS;
	for (size_t a = 0; a < INCIDENT_ASSETS; a++)
		set_asset_policy(&out->assets[a], a);
}

static struct component_limit step_limit(const uint32_t limits[5])
{
	return (struct component_limit){ 0, 68719476735u, limits[0], limits[1],
					 limits[2], limits[3], limits[4] };
}

/* Step tighter and looser, both allowances of a week, the loosening that need
 * not wait for the timelock: basis points, for caps of the value. */
static void set_limits(struct plan_steward *out)
{
	static const uint32_t collateral[3][5] = {
		{ 500, 200, 1500, 400, 200 }, { 300, 200, 900, 400, 200 },
		{ 200, 100, 400, 200, 100 } };
	static const uint32_t cap[5] = { 5000, 5000, 10000, 10000, 5000 };

	*out = (struct plan_steward){ .confirm_delay_s = 43200,
				      .timelock_delay_s = 172800,
				      .pending_life_s = 604800,
				      .submission_delay_s = 300,
				      .thaw_after_s = 90 * 86400 };
	for (uint8_t kind = KIND_COLLATERAL; kind <= KIND_BORROW_CAP; kind++) {
		struct kind_limit *limit = &out->limits[kind];

		*limit = (struct kind_limit){
			.set = true, .relative = kind != KIND_COLLATERAL,
			.window_s = 604800, .min_delay_loosen_s = 43200,
			.count = kind_value_count(kind) };
		for (uint8_t i = 0; i < limit->count; i++)
			limit->components[i] = step_limit(
				limit->relative ? cap : collateral[i]);
	}
}

static void set_asset(struct plan_asset *out, size_t a)
{
	snprintf(out->symbol, SYMBOL_MAX, "%s", assets[a].symbol);
	snprintf(out->series, sizeof(out->series), "%s/USD@SYNTHETIC",
		 assets[a].symbol);
	out->synthetic = true;
	out->decimals = assets[a].decimals;
	out->stable = assets[a].stable;
	out->parent = a == INCIDENT_CLAIM ? INCIDENT_CORE : (uint8_t)a;
	out->start = assets[a].start;
	out->reserve_factor_bps = 1500;
	out->protocol_fee_bps = 1000;
	out->supply_usd = assets[a].supply_usd;
	out->curve = (struct liquidity_curve){ .reserve = (uint8_t)a,
					       .source = "SYNTHETIC",
					       .count = 4 };
	memcpy(out->curve.points, assets[a].curve, sizeof(assets[a].curve));
}

void incident_stage_begin(struct incident_stage *out, uint64_t seed)
{
	memset(out, 0, sizeof(*out));
	out->seed = seed;
	out->warm_hours = 640;
	out->before = 2 * DAY_HOURS;
	out->lasting = 2 * DAY_HOURS;
	out->after = DAY_HOURS;
	set_policy(&out->policy);
	for (size_t a = 0; a < INCIDENT_ASSETS; a++)
		set_asset(&out->plan.assets[a], a);
	set_limits(&out->plan.steward);
	out->plan.asset_count = INCIDENT_ASSETS;
	out->plan.evidence = EVIDENCE_A;
	memcpy(out->plan.seed, &seed, sizeof(seed));
	out->plan.depth_elasticity = 0.6;
	out->plan.depth_floor = 0.1;
	out->plan.families = 3;
	out->plan.population = (struct plan_population){
		14, out->policy.relever_share_ppm, 80000, 600000, 0 };
}

void incident_stage_move(struct incident_stage *stage,
			 struct incident_move move)
{
	assert(stage->move_count < INCIDENT_MOVES_MAX);
	stage->moves[stage->move_count++] = move;
}

struct plan_disturbance *
incident_stage_disturb(struct incident_stage *stage, enum disturbance_kind kind,
		       uint8_t asset, int32_t from, int32_t hours)
{
	struct plan_disturbance *out =
		&stage->disturbances[stage->disturbance_count++];

	assert(stage->disturbance_count <= INCIDENT_DISTURBANCES_MAX);
	*out = (struct plan_disturbance){
		.kind = (uint8_t)kind, .asset = asset,
		.from_s = incident_start_s(stage) + (int64_t)from * HOUR_S };
	out->to_s = out->from_s + (int64_t)hours * HOUR_S;
	return out;
}

/* Size of an asset's noise in an hour, against usual. */
static double noise(const struct incident_stage *stage, size_t a, int32_t hour)
{
	double out = 1.0;

	for (size_t i = 0; i < stage->move_count && !stage->calm; i++) {
		const struct incident_move *m = &stage->moves[i];

		if (m->kind == INCIDENT_QUIET && m->asset == a &&
		    hour >= m->from && hour < m->from + m->hours)
			out *= m->value;
	}
	return out;
}

/* What the moves make of a price at the end of an hour: log of a factor. */
static double moved(const struct incident_stage *stage, size_t a, int32_t hour)
{
	double out = 0.0;

	for (size_t i = 0; i < stage->move_count && !stage->calm; i++) {
		const struct incident_move *m = &stage->moves[i];
		int32_t past = hour - m->from + 1;
		double way = past >= m->hours ? 1.0
					      : (double)past / m->hours;

		if (m->asset != a || past <= 0)
			continue;
		if (m->kind == INCIDENT_LEVEL)
			out += elementary_log(m->value) * way;
		else if (m->kind == INCIDENT_SWING && past <= m->hours)
			out += elementary_log1p(m->value) *
			       (past % 2 ? 1.0 : -1.0);
	}
	return out;
}

/* An asset's own walk. */
struct walker {
	double log_price, variance, return_now;
};

/* The log price after an hour; *reach is how far beyond both ends the hour
 * went. */
static void walk_on(struct walker *w, double *reach,
		    const struct incident_stage *stage, size_t a, int32_t hour)
{
	uint8_t seed[HASH_SIZE] = "plimsoll-incident";
	struct rng_counter at = { (uint32_t)(hour + 1000000), 0, (uint32_t)a };
	double usual = assets[a].hourly_sd, z[2];
	struct rng_key key;

	memcpy(seed + 20, &stage->seed, sizeof(stage->seed));
	key = rng_key_of(seed);
	rng_normals(z, &key, &at);
	w->variance = (1.0 - ALPHA - BETA) * usual * usual +
		      ALPHA * w->return_now * w->return_now +
		      BETA * w->variance;
	w->return_now = sqrt(w->variance) * z[0];
	if (assets[a].stable)
		w->log_price *= 1.0 - PEG_PULL;
	w->log_price += w->return_now * noise(stage, a, hour);
	*reach = 0.4 * fabs(z[1]) * sqrt(w->variance) * noise(stage, a, hour);
}

static struct decimal price_of(double log_usd)
{
	return decimal_from_scaled(
		(int64_t)(elementary_exp(log_usd) * 1e8 + 0.5), 8);
}

static void put_bar(struct bar *out, double from, double to, double reach)
{
	out->open = price_of(from);
	out->close = price_of(to);
	out->high = price_of((from > to ? from : to) + reach);
	out->low = price_of((from < to ? from : to) - reach);
}

/* The claim is its parent's price times a ratio that grows. */
static void make_bars(struct incident_stage *stage)
{
	uint32_t count = stage->warm_hours + stage->before + stage->lasting +
			 stage->after;
	struct walker walkers[INCIDENT_ASSETS] = { { 0 } };
	double last[INCIDENT_ASSETS], reach[INCIDENT_ASSETS];

	for (size_t a = 0; a < INCIDENT_ASSETS; a++) {
		stage->bars[a] = memory_allocate(count, sizeof(struct bar));
		last[a] = elementary_log(assets[a].price_usd);
		walkers[a].variance = assets[a].hourly_sd * assets[a].hourly_sd;
	}
	for (uint32_t i = 0; i < count; i++) {
		int32_t hour = (int32_t)i -
			       (int32_t)(stage->warm_hours + stage->before);

		for (size_t a = 0; a < INCIDENT_ASSETS; a++) {
			double base = elementary_log(assets[a].price_usd), now;

			walk_on(&walkers[a], &reach[a], stage, a, hour);
			now = base + walkers[a].log_price +
			      moved(stage, a, hour);
			if (a == INCIDENT_CLAIM) {
				now = last[INCIDENT_CORE] +
				      elementary_log(RATIO_START +
						     RATIO_A_HOUR * i) +
				      walkers[a].return_now +
				      moved(stage, a, hour);
				reach[a] += reach[INCIDENT_CORE];
				last[a] = i ? last[a] : now;
			}
			stage->bars[a][i].open_time_s =
				incident_start_s(stage) +
				(int64_t)hour * HOUR_S;
			put_bar(&stage->bars[a][i], last[a], now, reach[a]);
			last[a] = now;
		}
	}
	for (size_t a = 0; a < INCIDENT_ASSETS; a++) {
		stage->plan.assets[a].bars = stage->bars[a];
		stage->plan.assets[a].bar_count = count;
	}
}

void incident_stage_finish(struct incident_stage *stage)
{
	struct buffer buffer;

	assert(!policy_check(&stage->policy));
	buffer_init(&buffer, stage->policy_bytes, sizeof(stage->policy_bytes));
	policy_encode(&buffer, &stage->policy);
	assert(!buffer.overflow);
	stage->plan.policy = &stage->policy;
	stage->plan.policy_bytes = buffer_bytes(&buffer);
	stage->plan.from_s = FROM_S;
	stage->plan.to_s = incident_end_s(stage) +
			   (int64_t)stage->after * HOUR_S;
	stage->plan.disturbances = stage->disturbances;
	stage->plan.disturbance_count =
		stage->calm ? 0 : stage->disturbance_count;
	make_bars(stage);
}

void incident_stage_free(struct incident_stage *stage)
{
	for (size_t a = 0; a < INCIDENT_ASSETS; a++)
		memory_free(stage->bars[a]);
	memset(stage->bars, 0, sizeof(stage->bars));
}
