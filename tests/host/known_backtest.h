/* known_backtest.h -- a backtest whose scores are known: sixty days around the
 * fall of November 2022, three runs.  Header only; made anew by each call.
 *
 * WETH falls by a quarter in hour KNOWN_FALL.  plimsoll cuts its LTV and LT at
 * hour 144 and LT again at 168; no-change leaves 5000 USD of bad debt and has
 * two liquidations, the second of which was wrongful; dao cuts at hour 240. */
#ifndef TESTS_HOST_KNOWN_BACKTEST_H
#define TESTS_HOST_KNOWN_BACKTEST_H

#include <math.h>
#include <string.h>

#include "backtest/plan_codec.h"
#include "backtest/record.h"
#include "base/host/spool.h"
#include "tests/support/sample_case.h"

#define KNOWN_FROM INT64_C(1667260800) /* 2022-11-01 */
#define KNOWN_WARM 1200u               /* bars before it */
#define KNOWN_FALL 150u
#define KNOWN_DAYS 60u

struct known_backtest {
	struct plan_store store;
	struct backtest_record record;
	size_t hours;
};

static inline void known_asset_plan(struct known_backtest *out, size_t index,
				     const char *symbol, double price)
{
	struct plan_asset *asset = &out->store.plan.assets[index];
	size_t count = KNOWN_WARM + out->hours;
	struct bar *bars = spool_allocate(count, sizeof(*bars));

	sample_history(bars, &(struct sample_walk){
		index + 7, price, index ? 0.00005 : 0.001,
		KNOWN_FROM + 3600 * (int64_t)out->hours, (uint32_t)count });
	for (size_t i = KNOWN_WARM + KNOWN_FALL; !index && i < count; i++) {
		bars[i].close.mantissa = bars[i].close.mantissa / 4 * 3;
		bars[i].low.mantissa = bars[i].low.mantissa / 4 * 3;
	}
	out->store.bars[index] = bars;
	*asset = (struct plan_asset){
		.bars = bars, .bar_count = count, .decimals = index ? 6 : 18,
		.stable = index == 1, .parent = (uint8_t)index,
		.start = { 8000 - 500 * (uint32_t)index,
			   8300 - 500 * (uint32_t)index, 10500, 1000000, 500000,
			   8000, 0, 400, 6000 },
		.reserve_factor_bps = 1500, .protocol_fee_bps = 1000,
		.supply_usd = 1e8,
		.curve = { .reserve = (uint8_t)index, .source = "quotes",
			   .count = 2, .points = { { 1000, 5 },
						   { 1000000, 900 } } } };
	strncpy(asset->symbol, symbol, SYMBOL_MAX - 1);
	strncpy(asset->series, index ? "USDC/USD@kraken" : "ETH/USD@kraken",
		sizeof(asset->series) - 1);
}

static inline void known_plan(struct known_backtest *out)
{
	struct backtest_plan *plan = &out->store.plan;
	struct buffer bytes;

	sample_policy(&out->store.policy);
	out->store.policy_bytes = memory_allocate(65536, 1);
	buffer_init(&bytes, out->store.policy_bytes, 65536);
	policy_encode(&bytes, &out->store.policy);
	plan->policy = &out->store.policy;
	plan->policy_bytes = buffer_bytes(&bytes);
	plan->asset_count = 2;
	known_asset_plan(out, 0, "WETH", 1500.0);
	known_asset_plan(out, 1, "USDC", 1.0);
	plan->from_s = KNOWN_FROM;
	plan->to_s = KNOWN_FROM + 3600 * (int64_t)out->hours;
	plan->evidence = EVIDENCE_C;
	memset(plan->seed, 0x5e, HASH_SIZE);
	plan->depth_elasticity = 0.6;
	plan->depth_floor = 0.1;
	plan->population = (struct plan_population){ 100, 500000, 10000, 0, 0 };
	plan->steward.confirm_delay_s = 3600;
	plan->steward.limits[KIND_SUPPLY_CAP] = (struct kind_limit){
		.set = true, .relative = true, .window_s = 86400, .count = 1,
		.components = { { .floor = 1, .ceiling = 1000000,
				  .step_tighten = 1000 } } };
	out->store.changes = memory_allocate(1, sizeof(struct plan_change));
	out->store.changes[0] = (struct plan_change){
		KNOWN_FROM + 240 * 3600, 0, 0, 7500 };
	plan->changes = out->store.changes;
	plan->change_count = 1;
	plan->families = 2;
	out->store.disturbances =
		memory_allocate(1, sizeof(struct plan_disturbance));
	out->store.disturbances[0] = (struct plan_disturbance){
		DISTURBANCE_CAP, 1, 0, KNOWN_FROM, KNOWN_FROM + 7200,
		KNOWN_FROM - 86400, 1.1572, 0.0968 };
	plan->disturbances = out->store.disturbances;
	plan->disturbance_count = 1;
}

static inline double known_close(const struct known_backtest *from,
				  size_t asset, size_t hour)
{
	return decimal_to_double(
		from->store.bars[asset][KNOWN_WARM + hour].close);
}

/* The last close that is known when an hour begins. */
static inline double known_before(const struct known_backtest *from,
				   size_t asset, size_t hour)
{
	return decimal_to_double(
		from->store.bars[asset][KNOWN_WARM + hour - 1].close);
}

/* What a setter has in force on a day. */
static inline struct parameters known_force(const struct known_backtest *from,
					     enum setter setter, size_t asset,
					     size_t day)
{
	struct parameters p = from->store.plan.assets[asset].start;

	if (asset)
		return p;
	if (setter == SETTER_PLIMSOLL && day >= 6) {
		p.ltv_bps = 7000;
		p.lt_bps = day >= 7 ? 7400 : 7500;
	}
	if (setter == SETTER_DAO && day >= 10)
		p.ltv_bps = 7500;
	return p;
}

static inline void known_decision_asset(struct decision_asset *out,
					 const struct known_backtest *from,
					 enum setter setter, size_t asset,
					 size_t day)
{
	size_t end = 24 * (day + 1);

	out->before = known_force(from, setter, asset, day ? day - 1 : 0);
	out->after = known_force(from, setter, asset, day);
	out->target = out->after;
	out->realised = NAN;
	if (end < from->hours)
		out->realised = (float)(known_close(from, asset, end - 1) /
					known_before(from, asset, 24 * day) -
					1.0);
	if (setter != SETTER_PLIMSOLL)
		return;
	out->var99 = asset ? 0.002f : 0.02f;
	out->es975 = asset ? 0.0021f : 0.021f;
	out->volatility_bps = 6000;
	strncpy(out->binding[0], day % 3 ? "a-loss-market" : "d-touch", 23);
	strncpy(out->binding[1], "b-spiral", 23);
}

static inline void known_run_decisions(struct run_record *run,
					const struct known_backtest *from)
{
	for (size_t day = 0; day * 24 < from->hours; day++) {
		struct decision_record *d = run_add_decision(run);

		d->time_s = KNOWN_FROM + 86400 * (int64_t)day;
		d->outcome = day == 6 ? OUTCOME_UPDATE : OUTCOME_HOLD;
		d->reasons = 1u << REASON_EVIDENCE_C;
		memset(d->digest, (int)day + 1, HASH_SIZE);
		d->tuples = d->applied = day == 6;
		d->es975_usd = 12345.5;
		for (size_t a = 0; a < 2; a++)
			known_decision_asset(&d->assets[a], from, run->setter,
					      a, day);
	}
}

static inline void known_run_hours(struct run_record *run,
				    const struct known_backtest *from)
{
	for (size_t h = 0; h < from->hours; h++) {
		struct hour_record *hour = run_add_hour(run);

		hour->time_s = KNOWN_FROM + 3600 * (int64_t)h;
		hour->bad_debt_usd = run->setter == SETTER_NO_CHANGE && h >= 160
					     ? 5000.0 : 0.0;
		hour->revenue_usd = 10.0 + (double)(h % 5);
		hour->supplied_usd = 2e8;
		hour->borrowed_usd = 8e7;
		for (size_t a = 0; a < 2; a++) {
			struct parameters p = known_force(from, run->setter, a,
							   h / 24);

			hour->price_usd[a] = (float)known_close(from, a, h);
			hour->ltv[a] = (float)p.ltv_bps / 10000.0f;
			hour->supplied[a] = a && h >= 720 ? 995000.0f
							  : 60000.0f;
			hour->borrowed[a] = 20000.0f;
			hour->backed_usd[a] = a ? 0.0f : 8e7f;
		}
		hour->at_supply_cap = h >= 720;
	}
}

/* The first was right: it never came back; the second was not. */
static inline void known_run_liquidations(struct run_record *run,
					   const struct known_backtest *from)
{
	const struct { size_t hour; double price, health, seized; } sold[] = {
		{ KNOWN_FALL + 1, 1.0, 0.5, 10000.0 },
		{ 200, 0.9, 0.95, 3000.0 } };

	for (size_t i = 0; i < 2; i++) {
		struct liquidation_record *l = run_add_liquidation(run);

		*l = (struct liquidation_record){
			.time_s = KNOWN_FROM + 3600 * (int64_t)sold[i].hour,
			.borrower = (uint32_t)i, .collateral = 0, .debt = 1,
			.repaid_usd = sold[i].seized / 1.05,
			.seized_usd = sold[i].seized, .health = sold[i].health,
			.price_ratio = sold[i].price *
				       known_close(from, 0, sold[i].hour) };
		run->hours[sold[i].hour].liquidated_usd = l->repaid_usd;
	}
}

/** known_backtest_make - of so many days; free it with known_backtest_free. */
static inline void known_backtest_make(struct known_backtest *out,
					size_t days)
{
	static const enum setter setters[] = { SETTER_PLIMSOLL,
					       SETTER_NO_CHANGE, SETTER_DAO };

	memset(out, 0, sizeof(*out));
	out->hours = 24 * days;
	known_plan(out);
	out->record.plan = &out->store.plan;
	out->record.run_count = 3;
	for (size_t r = 0; r < 3; r++) {
		struct run_record *run = &out->record.runs[r];

		run->setter = setters[r];
		known_run_decisions(run, out);
		known_run_hours(run, out);
		if (run->setter == SETTER_NO_CHANGE && days > 9)
			known_run_liquidations(run, out);
	}
	plan_digest(out->record.input_digest, &out->store.plan);
}

static inline void known_backtest_free(struct known_backtest *sample)
{
	backtest_record_free(&sample->record);
	plan_store_free(&sample->store);
}

#endif
