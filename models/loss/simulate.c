/* simulate.c -- see simulate.h: which accounts a path can reach, and the tasks
 * that walk them. */
#include "models/loss/simulate.h"

#include <string.h>

#include "models/elementary.h"
#include "models/loss/cascade.h"

#define TASKS_MAX 16u
#define BPS 10000.0

struct job {
	struct loss_result *result;
	const struct loss_paths *paths;
	struct cascade_book book;
	struct cascade *cascades; /* [task] */
	size_t task_count, path_count;
	enum status *statuses;    /* [task] */
};

static double to_double(u128 value)
{
	return (double)(uint64_t)(value >> 64) * 0x1p64 +
	       (double)(uint64_t)value;
}

/* Collateral-weighted threshold of an account over that in force; the weights
 * are values of now. */
static double threshold_ratio(const struct engine_account *account,
			      const struct loss_market *market)
{
	double now = 0.0, candidate = 0.0;

	for (size_t i = 0; i < account->count; i++) {
		const struct engine_holding *h = &account->holdings[i];
		const struct engine_reserve *reserve =
			&market->engine.reserves[h->reserve];
		uint32_t threshold = engine_threshold_bps(
			&market->engine, account->emode, h->reserve);
		double value;

		if (!h->collateral)
			continue;
		value = to_double(h->supplied) / to_double(reserve->unit) *
			(double)reserve->price_e8;
		candidate += value * (double)threshold;
		now += value * (threshold == reserve->lt_bps
					? (double)market->threshold_now_bps
						  [h->reserve]
					: (double)threshold);
	}
	return now > 0.0 ? candidate / now : 1.0;
}

/* Borrowers use the room that a higher threshold gives. */
static void lever(struct engine_account *account,
		  const struct loss_market *market, double share)
{
	double ratio = share > 0.0 ? threshold_ratio(account, market) : 1.0;
	uint64_t more_ppm;

	if (!(ratio > 1.0))
		return;
	more_ppm = (uint64_t)((ratio - 1.0) * share * 1e6);
	for (size_t i = 0; i < account->count; i++) {
		u128 *debt = &account->holdings[i].borrowed;

		*debt += *debt / 1000000 * more_ppm +
			 *debt % 1000000 * more_ppm / 1000000;
	}
}

/* What a holding adds to either side of the health factor, USD of now. */
static void weigh(struct cascade_book *out, size_t at,
		  const struct engine_account *account,
		  const struct engine_holding *holding)
{
	const struct engine_market *engine = &out->market->engine;
	const struct engine_reserve *r = &engine->reserves[holding->reserve];
	double price = (double)r->price_e8 * 1e-8 / to_double(r->unit);
	double threshold = (double)engine_threshold_bps(
				   engine, account->emode, holding->reserve) /
			   BPS;

	out->asset[at] = holding->reserve;
	out->backing[at] = holding->collateral
				   ? to_double(holding->supplied) * price *
					     threshold
				   : 0.0;
	out->debt[at] = to_double(holding->borrowed) * price;
}

static enum status make_book(struct cascade_book *out,
			     const struct loss_book *book, struct arena *arena)
{
	const struct loss_market *market = out->market;
	size_t n = book->account_count, h = book->holding_count + 1, at = 0;
	struct engine_holding *holdings =
		ARENA_NEW(arena, struct engine_holding, h);

	out->account_count = n;
	out->accounts = ARENA_NEW(arena, struct engine_account, n + 1);
	out->first = ARENA_NEW(arena, size_t, n + 1);
	out->asset = ARENA_NEW(arena, uint8_t, h);
	out->backing = ARENA_NEW(arena, double, h);
	out->debt = ARENA_NEW(arena, double, h);
	if (!holdings || !out->accounts || !out->first || !out->asset ||
	    !out->backing || !out->debt)
		return E_LIMIT;
	for (size_t i = 0; i < n; i++) {
		struct engine_account *account = &out->accounts[i];
		bool residual = i + book->residual_count >= n;

		*account = book->accounts[i];
		account->holdings = holdings + at;
		memcpy(account->holdings, book->accounts[i].holdings,
		       account->count * sizeof(*holdings));
		lever(account, market, residual ? 1.0 : market->relever);
		out->first[i] = at;
		for (size_t k = 0; k < account->count; k++)
			weigh(out, at++, account, &account->holdings[k]);
	}
	out->first[n] = at;
	return OK;
}

/* Can any combination of prices between the bounds (ratios to now) make the
 * account liquidatable, or owe more than it has? */
static bool in_reach(const struct cascade_book *book, size_t account,
		     const double *low, const double *high)
{
	double backing = 0.0, debt = 0.0;

	for (size_t h = book->first[account]; h < book->first[account + 1];
	     h++) {
		backing += book->backing[h] * low[book->asset[h]];
		debt += book->debt[h] * high[book->asset[h]];
	}
	return debt > backing * (1.0 - 1e-8) && debt > 0.0;
}

/* Adds the accounts within the bounds; true when any was new. */
static bool add_members(struct cascade *c, const double *low,
			const double *high)
{
	size_t n = c->book->account_count;
	bool added = false;

	for (size_t i = 0; i < n; i++)
		if (!c->is_member[i] && in_reach(c->book, i, low, high)) {
			c->is_member[i] = 1;
			added = true;
		}
	if (!added)
		return false;
	c->count = 0;
	for (size_t i = 0; i < n; i++)
		if (c->is_member[i])
			c->members[c->count++] = (uint32_t)i;
	return true;
}

static void forget_members(struct cascade *c)
{
	for (size_t i = 0; i < c->count; i++)
		c->is_member[c->members[i]] = 0;
	c->count = 0;
}

/* Lowest and highest ratio of each asset along a path, 1 included. */
static void path_bounds(double *low, double *high,
			const struct loss_paths *paths, size_t path)
{
	size_t n = paths->asset_count;
	const double *ratio = paths->ratios + path * paths->step_count * n;

	for (size_t a = 0; a < n; a++) {
		low[a] = paths->low ? paths->low[path * n + a] : 1.0;
		high[a] = paths->high ? paths->high[path * n + a] : 1.0;
	}
	if (paths->low && paths->high)
		return;
	for (size_t s = 0; s < paths->step_count; s++)
		for (size_t a = 0; a < n; a++, ratio++) {
			low[a] = *ratio < low[a] ? *ratio : low[a];
			high[a] = *ratio > high[a] ? *ratio : high[a];
		}
}

static void widen(double *low, double *high, const struct cascade *c)
{
	for (size_t a = 0; a < c->book->market->asset_count; a++) {
		double down = c->seen_low[a] / c->now_usd[a];
		double up = c->seen_high[a] / c->now_usd[a];

		low[a] = down < low[a] ? down : low[a];
		high[a] = up > high[a] ? up : high[a];
	}
}

static void store(const struct job *job, const struct cascade *c, size_t path,
		  bool walked)
{
	size_t n = job->paths->asset_count;
	double *by_asset = job->result->asset_loss_usd + path * n;

	job->result->loss_usd[path] = walked ? c->loss_usd : 0.0;
	job->result->liquidated_usd[path] = walked ? c->liquidated_usd : 0.0;
	if (job->result->liquidated_accounts)
		job->result->liquidated_accounts[path] =
			walked ? c->liquidated_accounts : 0;
	for (size_t a = 0; a < n; a++)
		by_asset[a] = walked ? c->asset_loss_usd[a] : 0.0;
}

/* Sales press prices below the path's own, so that more accounts come into
 * reach: walk again with them until none does. */
static enum status run_path(struct cascade *c, const struct job *job,
			    size_t path)
{
	double low[ASSETS_MAX], high[ASSETS_MAX];
	enum status status = OK;
	bool walked = false;

	path_bounds(low, high, job->paths, path);
	while (!status && add_members(c, low, high)) {
		status = cascade_walk(c, job->paths, path);
		widen(low, high, c);
		walked = true;
	}
	store(job, c, path, walked);
	forget_members(c);
	return status;
}

/* Paths are dealt out in turn: neighbours cost alike, halves do not. */
static void run_task(void *context, size_t task)
{
	struct job *job = context;
	const struct loss_paths *paths = job->paths;

	for (size_t k = task; k < job->path_count && !job->statuses[task];
	     k += job->task_count)
		job->statuses[task] =
			run_path(&job->cascades[task], job,
				 paths->only ? paths->only[k] : k);
}

static void set_rates(struct cascade *c, const struct loss_paths *paths)
{
	const struct loss_market *market = c->book->market;
	double steps = market->oracle.delay_s / paths->step_s + 0.5;

	c->engine = market->engine;
	c->delay_steps = steps < LOSS_DELAY_STEPS_MAX ? (size_t)steps
						      : LOSS_DELAY_STEPS_MAX;
	for (size_t a = 0; a < market->asset_count; a++) {
		c->now_usd[a] = (double)market->engine.reserves[a].price_e8 *
				1e-8;
		if (market->has_curve[a])
			c->decay[a] = elementary_exp(
				-market->curves[a].recovery_per_s *
				paths->step_s);
	}
}

static enum status make_cascade(struct cascade *c, const struct job *job,
				size_t holdings, struct arena *arena)
{
	size_t n = job->book.account_count + 1, h = holdings + 1;

	c->book = &job->book;
	c->members = ARENA_NEW(arena, uint32_t, n);
	c->is_member = ARENA_NEW(arena, uint8_t, n);
	c->touched = ARENA_NEW(arena, uint8_t, n);
	c->close = ARENA_NEW(arena, uint32_t, n);
	c->accounts = ARENA_NEW(arena, struct engine_account, n);
	c->holdings = ARENA_NEW(arena, struct engine_holding, h);
	c->supplied = ARENA_NEW(arena, double, h);
	c->borrowed = ARENA_NEW(arena, double, h);
	if (!c->members || !c->is_member || !c->touched || !c->close || !c->accounts ||
	    !c->holdings || !c->supplied || !c->borrowed)
		return E_LIMIT;
	set_rates(c, job->paths);
	return OK;
}

size_t loss_memory(size_t account_count, size_t holding_count)
{
	size_t n = account_count + 1, h = holding_count + 1;
	size_t task = sizeof(struct cascade) + 256 +
		      n * (2 * sizeof(uint32_t) + 2 +
			   sizeof(struct engine_account)) +
		      h * (sizeof(struct engine_holding) + 16);

	return TASKS_MAX * task + 1024 +
	       n * (sizeof(struct engine_account) + sizeof(size_t)) +
	       h * (sizeof(struct engine_holding) + 17);
}

static enum status prepare(struct job *job, const struct loss_book *book,
			   struct arena *arena)
{
	enum status status = make_book(&job->book, book, arena);

	job->cascades = ARENA_NEW(arena, struct cascade, job->task_count);
	job->statuses = ARENA_NEW(arena, enum status, job->task_count);
	if (!job->cascades || !job->statuses)
		return E_LIMIT;
	for (size_t t = 0; t < job->task_count && !status; t++)
		status = make_cascade(&job->cascades[t], job,
				      book->holding_count, arena);
	return status;
}

enum status simulate_losses(struct loss_result *result,
			    const struct loss_market *market,
			    const struct loss_book *book,
			    const struct loss_paths *paths,
			    const struct loss_run *run)
{
	size_t mark = arena_mark(run->arena);
	struct job job = { .result = result, .paths = paths };
	enum status status;

	job.book.market = market;
	job.path_count = paths->only ? paths->only_count : paths->path_count;
	job.task_count = job.path_count < TASKS_MAX ? job.path_count
						    : TASKS_MAX;
	status = prepare(&job, book, run->arena);
	if (!status)
		parallel_run(run->parallel, run_task, &job, job.task_count);
	for (size_t t = 0; t < job.task_count && !status; t++)
		status = job.statuses[t];
	arena_reset(run->arena, mark);
	return status;
}
