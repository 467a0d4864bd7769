/* lookahead.c -- see backtest.h: a backtest with another future. */
#include "backtest/backtest.h"

#include <string.h>

#include "backtest/prices.h"
#include "base/host/memory.h"
#include "base/host/spool.h"

/* Prices that nobody had: the bars after the split in another order and with
 * every other one turned around, so that falls become rises. */
static void scramble(struct bar *bars, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2) {
		struct bar kept = bars[i];

		bars[i].open = bars[i + 1].close;
		bars[i].close = bars[i + 1].open;
		bars[i].high = bars[i + 1].high;
		bars[i].low = bars[i + 1].low;
		bars[i + 1].open = kept.close;
		bars[i + 1].close = kept.open;
		bars[i + 1].high = kept.high;
		bars[i + 1].low = kept.low;
	}
}

/* The plan with another future. */
struct future {
	struct backtest_plan plan;
	struct bar *bars[ASSETS_MAX];
};

static size_t known_by(const struct plan_asset *asset, int64_t time_s)
{
	size_t n = 0;

	while (n < asset->bar_count &&
	       asset->bars[n].open_time_s + PRICES_HOUR_S <= time_s)
		n++;
	return n;
}

/* Cut: bars enough for the hour in which the last decision takes effect. */
static void make_future(struct future *out, const struct backtest_plan *plan,
			int64_t split_s, bool scrambled)
{
	int64_t end_s = split_s + PRICES_HOUR_S;

	out->plan = *plan;
	out->plan.to_s = scrambled ? plan->to_s : end_s;
	for (size_t a = 0; a < plan->asset_count; a++) {
		struct plan_asset *asset = &out->plan.assets[a];
		size_t known = known_by(asset, split_s);

		if (!scrambled)
			asset->bar_count = known_by(asset, end_s);
		out->bars[a] = spool_allocate(asset->bar_count + 1,
					       sizeof(struct bar));
		memcpy(out->bars[a], asset->bars,
		       asset->bar_count * sizeof(struct bar));
		scramble(out->bars[a] + known, asset->bar_count - known);
		asset->bars = out->bars[a];
		asset->spooled = true;
	}
	/* Nothing beyond the split is of use: the run ends there. */
	out->plan.to_s = end_s;
}

static void free_future(struct future *future)
{
	for (size_t a = 0; a < ASSETS_MAX; a++)
		spool_free(future->bars[a]);
}

static bool same_decision(const struct decision_record *a,
			  const struct decision_record *b)
{
	return a->time_s == b->time_s && a->outcome == b->outcome &&
	       a->tuples == b->tuples &&
	       !memcmp(a->digest, b->digest, HASH_SIZE);
}

static bool same_hour(const struct hour_record *a, const struct hour_record *b)
{
	return a->time_s == b->time_s && a->bad_debt_usd == b->bad_debt_usd &&
	       a->liquidated_usd == b->liquidated_usd &&
	       a->revenue_usd == b->revenue_usd &&
	       !memcmp(a->ltv, b->ltv, sizeof(a->ltv));
}

static void found(struct lookahead_report *out, enum setter setter,
		  int64_t time_s, bool decision)
{
	if (out->differs)
		return;
	out->differs = true;
	out->setter = setter;
	out->time_s = time_s;
	out->decision = decision;
}

static void compare_run(struct lookahead_report *out,
			const struct run_record *a, const struct run_record *b)
{
	for (size_t d = 0; d < a->decision_count && d < b->decision_count &&
			   a->decisions[d].time_s <= out->split_s; d++) {
		out->decisions++;
		if (!same_decision(run_decision(a, d), run_decision(b, d)))
			found(out, a->setter, a->decisions[d].time_s, true);
	}
	for (size_t h = 0; h < a->hour_count && h < b->hour_count &&
			   run_hour(a, h)->time_s < out->split_s; h++) {
		out->hours++;
		if (!same_hour(run_hour(a, h), run_hour(b, h)))
			found(out, a->setter, run_hour(a, h)->time_s, false);
	}
}

static const struct run_record *run_of(const struct backtest_record *record,
				       enum setter setter)
{
	for (size_t i = 0; i < record->run_count; i++)
		if (record->runs[i].setter == setter)
			return &record->runs[i];
	return NULL;
}

static void compare(struct lookahead_report *out,
		    const struct backtest_record *record,
		    const struct backtest_record *other, bool scrambled)
{
	bool before = out->differs;

	for (size_t i = 0; i < other->run_count; i++) {
		const struct run_record *run = run_of(record,
						      other->runs[i].setter);

		if (run && run->setter != SETTER_FORESIGHT)
			compare_run(out, run, &other->runs[i]);
	}
	if (out->differs && !before)
		out->scrambled = scrambled;
}

static uint32_t setters_of(const struct backtest_record *record)
{
	uint32_t setters = 0;

	for (size_t i = 0; i < record->run_count; i++)
		setters |= 1u << record->runs[i].setter;
	return setters & ~(1u << SETTER_FORESIGHT);
}

static enum status try_future(struct lookahead_report *out,
			      const struct backtest_record *record,
			      bool scrambled,
			      const struct backtest_hooks *hooks,
			      struct error *error)
{
	struct future *future = memory_allocate(1, sizeof(*future));
	struct backtest_hooks quiet = *hooks;
	struct backtest_record other;
	enum status status;

	quiet.checkpoint = NULL;
	quiet.decided = NULL;
	make_future(future, record->plan, out->split_s, scrambled);
	status = backtest_run(&other, &future->plan, setters_of(record), &quiet,
			      error);
	if (!status) {
		compare(out, record, &other, scrambled);
		backtest_record_free(&other);
	}
	free_future(future);
	memory_free(future);
	return status;
}

enum status backtest_check_lookahead(struct lookahead_report *out,
				     const struct backtest_record *record,
				     int64_t split_s,
				     const struct backtest_hooks *hooks,
				     struct error *error)
{
	const struct backtest_plan *plan = record->plan;
	struct lookahead_report made = { .split_s = split_s };
	enum status status;

	if (split_s <= plan->from_s || split_s + PRICES_HOUR_S > plan->to_s ||
	    split_s % plan->policy->epoch_period_s)
		return error_set(error, E_USAGE, "the moment to look ahead "
				 "from is no decision inside the range");
	status = try_future(&made, record, false, hooks, error);
	if (!status)
		status = try_future(&made, record, true, hooks, error);
	if (!status)
		*out = made;
	return status;
}
