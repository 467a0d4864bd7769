/* run.c -- see backtest.h: one setter's walk after the other. */
#include <string.h>

#include "backtest/backtest.h"
#include "backtest/walk.h"
#include "base/host/memory.h"

struct running {
	const struct backtest_plan *plan;
	const struct backtest_hooks *hooks;
	struct price_grid grid;
	struct forecast_log forecasts;
	struct backtest_record *record;
	uint32_t setters;
	size_t runs;
};

uint32_t backtest_setters(const struct backtest_plan *plan)
{
	uint32_t all = (1u << SETTERS_COUNT) - 1;

	return plan->change_count ? all : all & ~(1u << SETTER_DAO);
}

static void tell_decisions(const struct running *running, struct walk *walk,
			   size_t *told)
{
	size_t done = walk->record.decision_count - walk->waiting;

	while (*told < done) {
		if (running->hooks->decided)
			running->hooks->decided(
				running->hooks->user, walk->setter,
				&walk->record.decisions[*told]);
		++*told;
	}
}

static bool tell_progress(const struct running *running,
			  const struct walk *walk)
{
	const struct backtest_progress progress = {
		walk->setter, running->record->run_count, running->runs,
		walk->hour, running->grid.hours };

	return running->hooks->progress &&
	       running->hooks->progress(running->hooks->user, &progress);
}

static enum status play(struct running *running, struct walk *walk,
			struct error *error)
{
	enum status status = OK;
	size_t told = 0;

	while (!walk_is_over(walk) && !status) {
		status = walk_hour(walk, error);
		if (status)
			break;
		tell_decisions(running, walk, &told);
		(void)tell_progress(running, walk);
		if (running->hooks->interrupted &&
		    running->hooks->interrupted())
			status = error_set(error, E_INTERRUPTED,
					   "interrupted");
	}
	return status;
}

static enum status run_setter(struct running *running, enum setter setter,
			      struct error *error)
{
	struct backtest_record *record = running->record;
	const struct walk_start start = { &running->grid, setter,
					  running->hooks->parallel,
					  &running->forecasts };
	struct walk *walk = memory_allocate(1, sizeof(*walk));
	enum status status = walk_open(walk, &start, error);

	if (!status)
		status = play(running, walk, error);
	if (!status) {
		record->runs[record->run_count++] = walk->record;
		memset(&walk->record, 0, sizeof(walk->record));
	}
	walk_close(walk);
	memory_free(walk);
	return status;
}

enum status backtest_run(struct backtest_record *out,
			 const struct backtest_plan *plan, uint32_t setters,
			 const struct backtest_hooks *hooks,
			 struct error *error)
{
	struct backtest_record record = { .plan = plan };
	struct running running = { .plan = plan, .hooks = hooks,
				   .record = &record };
	enum status status = prices_open(&running.grid, plan, error);

	setters = (setters | 1u << SETTER_PLIMSOLL) & backtest_setters(plan);
	running.setters = setters;
	for (uint32_t bits = setters; bits; bits &= bits - 1)
		running.runs++;
	for (int s = 0; s < SETTERS_COUNT && !status; s++)
		if (setters >> s & 1)
			status = run_setter(&running, (enum setter)s, error);
	prices_free(&running.grid);
	memory_free(running.forecasts.volatility_bps);
	if (status)
		backtest_record_free(&record);
	else
		*out = record;
	return status;
}
