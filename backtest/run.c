/* run.c -- see backtest.h: one setter's walk after the other, from the start or
 * from a checkpoint.  While a rule is played, those after it are played ahead
 * by whoever has hands free; what they did is told and kept when their turn
 * comes, so that nobody can tell, and no checkpoint knows of it. */
#include <stdatomic.h>
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
	atomic_bool *stop; /* of what is played ahead; else NULL */
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
	if (running->stop)
		return atomic_load(running->stop);
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
		sum += (double)run_hour(run, h)->ltv[asset];
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

/* plimsoll is played twice: rules at its mean leverage are there from their
 * first hour, and at a start of the market's own it would have the first crash
 * before it at another leverage than theirs. */
static bool start_again(struct running *running, const struct run_record *run)
{
	const struct backtest_plan *plan = running->plan;
	bool again = false;

	if (++running->pass.pass > 1)
		return false;
	for (size_t a = 0; a < plan->asset_count; a++)
		again |= move_shift(&running->pass.shift.bps[a],
				    usable_ltv(run, a) -
					    plan->assets[a].start.ltv_bps /
						    10000.0);
	if (again)
		running->forecasts.count = 0;
	return again;
}

/* Is a rule to be played again, nearer to plimsoll's leverage of each asset? */
static bool shift_again(struct running *running, const struct run_record *run)
{
	const struct run_record *plimsoll = &running->record->runs[0];
	bool again = false;

	if (!running->plan->match_ltv)
		return false;
	if (run->setter == SETTER_PLIMSOLL)
		return start_again(running, run);
	if (++running->pass.pass == MATCH_PASSES)
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

	run_rest(&walk->record);
	record->runs[record->run_count++] = walk->record;
	memset(&walk->record, 0, sizeof(walk->record));
	memset(&running->pass, 0, sizeof(running->pass));
}

/* Whose thresholds come from the start alone stays shifted with it; the others
 * begin where plimsoll does, and it is what they want that is shifted. */
static struct threshold_shift start_shift(const struct running *running,
					  enum setter setter)
{
	bool wants = setter == SETTER_SMART_LTV || setter == SETTER_EXCURSION ||
		     setter == SETTER_FORESIGHT;

	return wants ? running->record->runs[0].shift : running->pass.shift;
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
		.shift = running->pass.shift,
		.start_shift = start_shift(running, setter) };
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

/* A rule that is played before its turn. */
struct early_run {
	struct running running; /* quiet: no hooks, no checkpoint */
	struct backtest_record record; /* runs[0] is lent */
	enum setter setter;
	enum status status;
};

/* The rule whose turn it is, and those after it. */
struct stretch {
	struct running *running;
	enum setter setter;
	enum status status;
	struct error *error;
	atomic_bool stop;
	struct early_run early[SETTERS_COUNT];
	size_t early_count;
};

static void play_one(void *context, size_t i)
{
	static const struct backtest_hooks quiet = { .parallel = NULL };
	struct stretch *stretch = context;
	struct early_run *early = &stretch->early[i ? i - 1 : 0];
	struct error error = { 0 };

	if (!i) {
		stretch->status = run_setter(stretch->running, stretch->setter,
					     stretch->error);
		if (stretch->status)
			atomic_store(&stretch->stop, true);
		return;
	}
	early->running.hooks = &quiet;
	early->status = run_setter(&early->running, early->setter, &error);
}

static void add_early(struct stretch *stretch, enum setter setter)
{
	struct early_run *out = &stretch->early[stretch->early_count++];
	const struct running *running = stretch->running;

	out->setter = setter;
	out->record.plan = running->plan;
	out->record.runs[0] = running->record->runs[0];
	out->record.run_count = 1;
	out->running = (struct running){
		.plan = running->plan, .grid = running->grid,
		.forecasts = running->forecasts, .record = &out->record,
		.stop = &stretch->stop };
}

/* Its turn has come: as if it were played now. */
static enum status keep_early(struct running *running, struct early_run *early,
			      struct error *error)
{
	struct backtest_record *record = running->record;
	struct run_record *run = &early->record.runs[1];
	const struct backtest_progress progress = {
		early->setter, record->run_count, running->runs,
		running->grid.hours, running->grid.hours };

	for (size_t i = 0; i < run->decision_count; i++)
		if (running->hooks->decided)
			running->hooks->decided(running->hooks->user,
						early->setter,
						run_decision(run, i));
	if (running->hooks->progress)
		(void)running->hooks->progress(running->hooks->user,
					       &progress);
	record->runs[record->run_count++] = *run;
	early->record.run_count = 1;
	return save(running, NULL, error);
}

/* In order; what failed early will fail in its turn, and say why. */
static enum status keep_all(struct stretch *stretch)
{
	enum status status = stretch->status;
	bool in_turn = true;

	for (size_t i = 0; i < stretch->early_count; i++) {
		struct early_run *early = &stretch->early[i];

		in_turn = in_turn && !status && !early->status;
		if (in_turn)
			status = keep_early(stretch->running, early,
					    stretch->error);
		else if (!early->status)
			run_record_free(&early->record.runs[1]);
	}
	return status;
}

/* A rule, and where hands are free the next ones beside it. */
static enum status run_rules(struct running *running, enum setter setter,
			     uint32_t left, struct error *error)
{
	struct stretch *stretch = memory_allocate(1, sizeof(*stretch));
	unsigned hands = parallel_hands(running->hooks->parallel);
	enum status status;

	stretch->running = running;
	stretch->setter = setter;
	stretch->error = error;
	for (int s = (int)setter + 1; s < SETTERS_COUNT; s++)
		if (left >> s & 1 && stretch->early_count + 1 < hands)
			add_early(stretch, (enum setter)s);
	parallel_run(running->hooks->parallel, play_one, stretch,
		     1 + stretch->early_count);
	status = keep_all(stretch);
	memory_free(stretch);
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

static uint32_t left_of(const struct backtest_record *record, uint32_t setters)
{
	for (size_t i = 0; i < record->run_count; i++)
		setters &= ~(1u << record->runs[i].setter);
	return setters;
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
	for (uint32_t left; !status && (left = left_of(&record, setters));) {
		enum setter next = (enum setter)__builtin_ctz(left);

		status = next == SETTER_PLIMSOLL
				 ? run_setter(&running, next, error)
				 : run_rules(&running, next, left, error);
	}
	prices_free(&running.grid);
	memory_free(running.forecasts.volatility_bps);
	checkpoint_file_free(&running.resumed);
	if (status)
		backtest_record_free(&record);
	else
		*out = record;
	return status;
}
