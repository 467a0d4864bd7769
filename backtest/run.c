/* run.c -- see backtest.h: one setter's walk after the other, from the start or
 * from a checkpoint. */
#include <string.h>

#include "backtest/backtest.h"
#include "backtest/checkpoint.h"
#include "backtest/plan_codec.h"
#include "base/host/memory.h"

#define MATCH_PASSES 8
#define MATCH_WITHIN 0.0005 /* of a usable LTV */
#define SHIFT_MOST 5000 /* bps */

struct running {
	const struct backtest_plan *plan;
	const struct backtest_hooks *hooks;
	struct price_grid grid;
	struct forecast_log forecasts;
	struct backtest_record *record;
	struct checkpoint checkpoint;
	struct checkpoint_file resumed; /* its walk is the next that is opened */
	struct match_pass pass;
	size_t runs;
};

uint32_t backtest_setters(const struct backtest_plan *plan)
{
	uint32_t all = (1u << SETTERS_COUNT) - 1;

	return plan->change_count ? all : all & ~(1u << SETTER_DAO);
}

static enum status save(struct running *running, struct walk *walk,
			struct error *error)
{
	if (!running->checkpoint.path)
		return OK;
	running->checkpoint.walk = walk;
	return checkpoint_write(&running->checkpoint, error);
}

/* Those that took effect since the last hour. */
static void tell_decisions(const struct running *running,
			   const struct walk *walk, size_t *told)
{
	size_t done = walk->record.decision_count - walk->waiting;

	for (; *told < done; ++*told)
		if (running->hooks->decided)
			running->hooks->decided(
				running->hooks->user, walk->setter,
				&walk->record.decisions[*told]);
}

/* true: the caller wants a checkpoint. */
static bool tell_progress(const struct running *running,
			  const struct walk *walk)
{
	const struct backtest_progress progress = {
		walk->setter, running->record->run_count, running->runs,
		walk->hour, running->grid.hours };

	return running->hooks->progress &&
	       running->hooks->progress(running->hooks->user, &progress);
}

static bool is_interrupted(const struct running *running)
{
	return running->hooks->interrupted && running->hooks->interrupted();
}

static enum status play(struct running *running, struct walk *walk,
			struct error *error)
{
	size_t told = walk->record.decision_count - walk->waiting;
	enum status status = OK;

	while (!walk_is_over(walk) && !status) {
		status = walk_hour(walk, error);
		if (status)
			return status;
		tell_decisions(running, walk, &told);
		if (tell_progress(running, walk))
			status = save(running, walk, error);
		if (!status && is_interrupted(running)) {
			status = save(running, walk, error);
			if (!status)
				status = error_set(error, E_INTERRUPTED,
						   "interrupted");
		}
	}
	return status;
}

static enum status resume(struct running *running, struct walk *walk,
			  struct error *error)
{
	enum status status;

	if (!running->resumed.walk.size)
		return OK;
	status = checkpoint_resume(walk, &running->resumed, error);
	running->resumed.walk.size = 0;
	return status;
}

static double usable_ltv(const struct run_record *run, size_t asset)
{
	double sum = 0.0;

	for (size_t h = 0; h < run->hour_count; h++)
		sum += (double)run->hours[h].ltv[asset];
	return sum / (double)run->hour_count;
}

/* An asset's threshold nearer to plimsoll's leverage; false: it is there, or
 * can be moved no farther. */
static bool move_shift(int32_t *shift_bps, double apart)
{
	int32_t before = *shift_bps;

	if (apart < MATCH_WITHIN && apart > -MATCH_WITHIN)
		return false;
	*shift_bps += (int32_t)(apart * 10000.0);
	if (*shift_bps > SHIFT_MOST)
		*shift_bps = SHIFT_MOST;
	if (*shift_bps < -SHIFT_MOST)
		*shift_bps = -SHIFT_MOST;
	return *shift_bps != before;
}

/* Is a rule to be played again, nearer to plimsoll's leverage of each asset? */
static bool shift_again(struct running *running, const struct run_record *run)
{
	const struct run_record *plimsoll = &running->record->runs[0];
	bool again = false;

	if (!running->plan->match_ltv || run->setter == SETTER_PLIMSOLL ||
	    ++running->pass.pass == MATCH_PASSES)
		return false;
	for (size_t a = 0; a < running->plan->asset_count; a++)
		again |= move_shift(&running->pass.shift.bps[a],
				    usable_ltv(plimsoll, a) -
					    usable_ltv(run, a));
	return again;
}

static void keep(struct running *running, struct walk *walk)
{
	struct backtest_record *record = running->record;

	record->runs[record->run_count++] = walk->record;
	memset(&walk->record, 0, sizeof(walk->record));
	memset(&running->pass, 0, sizeof(running->pass));
}

/* One pass of a setter, from its start or from where the checkpoint was. */
static enum status run_pass(struct running *running, enum setter setter,
			    bool *again, struct error *error)
{
	const struct walk_start start = {
		.grid = &running->grid, .setter = setter,
		.parallel = running->hooks->parallel,
		.forecasts = &running->forecasts,
		.resumed = running->resumed.walk.size > 0,
		.shift = running->pass.shift };
	struct walk *walk = memory_allocate(1, sizeof(*walk));
	enum status status = walk_open(walk, &start, error);

	if (!status)
		status = resume(running, walk, error);
	if (!status)
		status = play(running, walk, error);
	*again = !status && shift_again(running, &walk->record);
	if (!status && !*again)
		keep(running, walk);
	walk_close(walk);
	memory_free(walk);
	return status ? status : save(running, NULL, error);
}

static enum status run_setter(struct running *running, enum setter setter,
			      struct error *error)
{
	bool again = true;
	enum status status = OK;

	while (again && !status)
		status = run_pass(running, setter, &again, error);
	return status;
}

/* The checkpoint, where there is one. */
static enum status begin(struct running *running, uint32_t setters,
			 struct error *error)
{
	enum status status;

	plan_digest(running->record->input_digest, running->plan);
	running->checkpoint = (struct checkpoint){
		running->hooks->checkpoint, setters, &running->pass,
		running->record, &running->forecasts, NULL };
	for (uint32_t bits = setters; bits; bits &= bits - 1)
		running->runs++;
	if (!running->hooks->checkpoint)
		return OK;
	status = checkpoint_read(&running->resumed, &running->checkpoint,
				 error);
	return status == E_MISSING ? OK : status;
}

static bool is_over(const struct backtest_record *record, enum setter setter)
{
	for (size_t i = 0; i < record->run_count; i++)
		if (record->runs[i].setter == setter)
			return true;
	return false;
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
	if (!status)
		status = begin(&running, setters, error);
	for (int s = 0; s < SETTERS_COUNT && !status; s++)
		if (setters >> s & 1 && !is_over(&record, (enum setter)s))
			status = run_setter(&running, (enum setter)s, error);
	prices_free(&running.grid);
	memory_free(running.forecasts.volatility_bps);
	checkpoint_file_free(&running.resumed);
	if (status)
		backtest_record_free(&record);
	else
		*out = record;
	return status;
}
