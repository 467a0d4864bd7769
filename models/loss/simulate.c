/* simulate.c -- see simulate.h: which accounts a path can reach, and the tasks
 * that walk them. */
#include "models/loss/simulate.h"

#include <string.h>

#include "models/elementary.h"
#include "models/loss/cascade.h"
#include "models/loss/statistics.h"

#define TASKS_MAX 16u
#define BPS 10000.0

struct job {
	struct loss_result *result;
	const struct loss_paths *paths;
	const struct loss_reach *reach;
	double enough_usd;
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

/* A holding in tokens, and what it adds to both sides of the health factor. */
static void weigh(struct cascade_book *out, size_t at,
		  const struct engine_account *account,
		  const struct engine_holding *holding)
{
	uint8_t r = holding->reserve;
	double threshold = (double)engine_threshold_bps(&out->market->engine,
							account->emode, r) /
			   BPS;

	out->asset[at] = r;
	out->collateral[at] = holding->collateral;
	out->supplied[at] = holding->collateral
				    ? to_double(holding->supplied) / out->unit[r]
				    : 0.0;
	out->borrowed[at] = to_double(holding->borrowed) / out->unit[r];
	out->backing[at] = out->supplied[at] * threshold;
}

/* Backing over debt at such prices; without debt, more than any. */
static double health_at(const struct cascade_book *book, size_t account,
			const double *backing_usd, const double *debt_usd)
{
	double backing = 0.0, debt = 0.0;

	for (size_t h = book->first[account]; h < book->first[account + 1];
	     h++) {
		backing += book->backing[h] * backing_usd[book->asset[h]];
		debt += book->borrowed[h] * debt_usd[book->asset[h]];
	}
	return debt > 0.0 ? backing / debt : 1e300;
}

static void now_prices(double *now_usd, const struct loss_market *market)
{
	for (size_t a = 0; a < market->asset_count; a++)
		now_usd[a] = (double)market->engine.reserves[a].price_e8 * 1e-8;
}

enum status cascade_book_rank(struct cascade_book *out, struct arena *arena)
{
	double now_usd[ASSETS_MAX];

	now_prices(now_usd, out->market);
	for (size_t i = 0; i < out->account_count; i++)
		out->health[i] = health_at(out, i, now_usd, now_usd);
	return loss_sort(out->by_health, out->health, out->account_count,
			 arena);
}

static enum status allocate_book(struct cascade_book *out, size_t n, size_t h,
				 struct arena *arena)
{
	out->account_count = n;
	out->accounts = ARENA_NEW(arena, struct engine_account, n + 1);
	out->first = ARENA_NEW(arena, size_t, n + 1);
	out->health = ARENA_NEW(arena, double, n + 1);
	out->by_health = ARENA_NEW(arena, size_t, n + 1);
	out->asset = ARENA_NEW(arena, uint8_t, h);
	out->collateral = ARENA_NEW(arena, uint8_t, h);
	out->supplied = ARENA_NEW(arena, double, h);
	out->borrowed = ARENA_NEW(arena, double, h);
	out->backing = ARENA_NEW(arena, double, h);
	return out->accounts && out->first && out->health && out->by_health &&
			       out->asset && out->collateral &&
			       out->supplied && out->borrowed && out->backing
		       ? OK
		       : E_LIMIT;
}

enum status cascade_book_make(struct cascade_book *out,
			      const struct loss_book *book,
			      struct arena *arena)
{
	const struct loss_market *market = out->market;
	size_t n = book->account_count, h = book->holding_count + 1, at = 0;
	struct engine_holding *holdings =
		ARENA_NEW(arena, struct engine_holding, h);
	enum status status = allocate_book(out, n, h, arena);

	if (status || !holdings)
		return E_LIMIT;
	for (size_t a = 0; a < market->asset_count; a++)
		out->unit[a] = to_double(market->engine.reserves[a].unit);
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

/* The largest health that prices between the bounds can bring to 1. */
static double reach_of(const struct cascade_prices *p, const double *low_usd,
		       const double *high_usd)
{
	double least = 1e300, most = 0.0;

	for (size_t a = 0; a < p->assets; a++) {
		double down = low_usd[a] / p->now_usd[a];
		double up = high_usd[a] / p->now_usd[a];

		least = down < least ? down : least;
		most = up > most ? up : most;
	}
	return most / least * (1.0 + 1e-7);
}

/* Adds the accounts that some combination of prices between the bounds can make
 * liquidatable; true when any was new. */
static bool add_members(struct cascade *c, const double *low_usd,
			const double *high_usd)
{
	const struct cascade_book *book = c->book;
	double reach = reach_of(&c->prices, low_usd, high_usd);
	size_t n = book->account_count;
	bool added = false;

	for (size_t k = 0; k < n && !(book->health[book->by_health[k]] > reach);
	     k++) {
		size_t i = book->by_health[k];

		if (!c->is_member[i] &&
		    health_at(book, i, low_usd, high_usd) < 1.0 + 1e-8) {
			c->is_member[i] = 1;
			added = true;
		}
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

/* Lowest and highest price of each asset along a path, now included. */
static void path_bounds(double *low_usd, double *high_usd,
			const struct cascade *c, const struct loss_paths *paths,
			size_t path)
{
	const double *now_usd = c->prices.now_usd;
	size_t n = paths->asset_count;
	const double *ratio = paths->ratios + path * paths->step_count * n;

	for (size_t a = 0; a < n; a++) {
		low_usd[a] = now_usd[a] *
			     (paths->low ? paths->low[path * n + a] : 1.0);
		high_usd[a] = now_usd[a] *
			      (paths->high ? paths->high[path * n + a] : 1.0);
	}
	if (paths->low && paths->high)
		return;
	for (size_t s = 0; s < paths->step_count; s++)
		for (size_t a = 0; a < n; a++, ratio++) {
			double usd = *ratio * now_usd[a];

			low_usd[a] = usd < low_usd[a] ? usd : low_usd[a];
			high_usd[a] = usd > high_usd[a] ? usd : high_usd[a];
		}
}

/* As far as earlier walks of the path went, at least. */
static void recall(double *low_usd, double *high_usd, const struct job *job,
		   size_t path)
{
	size_t n = job->paths->asset_count;

	for (size_t a = 0; job->reach && a < n; a++) {
		double low = job->reach->low_usd[path * n + a];
		double high = job->reach->high_usd[path * n + a];

		if (low > 0.0 && low < low_usd[a])
			low_usd[a] = low;
		if (high > high_usd[a])
			high_usd[a] = high;
	}
}

static void remember(const struct job *job, size_t path, const double *low_usd,
		     const double *high_usd)
{
	size_t n = job->paths->asset_count;

	if (!job->reach)
		return;
	memcpy(job->reach->low_usd + path * n, low_usd, n * sizeof(double));
	memcpy(job->reach->high_usd + path * n, high_usd, n * sizeof(double));
}

/* Prices seen beyond the bounds widen them; true when any was. */
static bool widen(double *low_usd, double *high_usd,
		  const struct cascade_prices *p)
{
	bool wider = false;

	for (size_t a = 0; a < p->assets; a++) {
		wider = wider || p->seen_low[a] < low_usd[a] ||
			p->seen_high[a] > high_usd[a];
		low_usd[a] = p->seen_low[a] < low_usd[a] ? p->seen_low[a]
							 : low_usd[a];
		high_usd[a] = p->seen_high[a] > high_usd[a] ? p->seen_high[a]
							    : high_usd[a];
	}
	return wider;
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
 * reach: walk again with them until none does.  Only then is a loss that was
 * enough to stop at one that the path has. */
static enum status run_path(struct cascade *c, const struct job *job,
			    size_t path)
{
	double low_usd[ASSETS_MAX], high_usd[ASSETS_MAX];
	enum status status = OK;
	bool walked = false, wider = true;

	path_bounds(low_usd, high_usd, c, job->paths, path);
	recall(low_usd, high_usd, job, path);
	while (!status && wider && add_members(c, low_usd, high_usd)) {
		status = cascade_walk(c, job->paths, path);
		wider = widen(low_usd, high_usd, &c->prices);
		walked = true;
	}
	if (walked)
		remember(job, path, low_usd, high_usd);
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

static void set_rates(struct cascade *c, double step_s)
{
	const struct loss_market *market = c->book->market;
	double steps = market->oracle.delay_s / step_s + 0.5;

	c->engine = market->engine;
	c->prices.assets = market->asset_count;
	c->prices.delay_steps = steps < LOSS_DELAY_STEPS_MAX
					? (size_t)steps
					: LOSS_DELAY_STEPS_MAX;
	now_prices(c->prices.now_usd, market);
	for (size_t a = 0; a < market->asset_count; a++)
		if (market->has_curve[a])
			c->prices.decay[a] = elementary_exp(
				-market->curves[a].recovery_per_s * step_s);
}

enum status cascade_make(struct cascade *c, const struct cascade_book *book,
			 double step_s, struct arena *arena)
{
	size_t n = book->account_count + 1;
	size_t h = book->first[book->account_count] + 1;

	c->book = book;
	c->enough_usd = 1e300;
	c->members = ARENA_NEW(arena, uint32_t, n);
	c->is_member = ARENA_NEW(arena, uint8_t, n);
	c->touched = ARENA_NEW(arena, uint8_t, n);
	c->close = ARENA_NEW(arena, uint32_t, n);
	c->close_health = ARENA_NEW(arena, double, n);
	c->first = ARENA_NEW(arena, size_t, n + 1);
	c->accounts = ARENA_NEW(arena, struct engine_account, n);
	c->holdings = ARENA_NEW(arena, struct engine_holding, h);
	c->asset = ARENA_NEW(arena, uint8_t, h);
	c->collateral = ARENA_NEW(arena, uint8_t, h);
	c->supplied = ARENA_NEW(arena, double, h);
	c->borrowed = ARENA_NEW(arena, double, h);
	c->backing = ARENA_NEW(arena, double, h);
	if (!c->members || !c->is_member || !c->touched || !c->close ||
	    !c->close_health || !c->first || !c->accounts || !c->holdings ||
	    !c->asset || !c->collateral || !c->supplied || !c->borrowed ||
	    !c->backing)
		return E_LIMIT;
	set_rates(c, step_s);
	return OK;
}

/* Of one task, and of the book they share. */
static size_t task_memory(size_t account_count, size_t holding_count)
{
	size_t n = account_count + 2, h = holding_count + 1;

	return sizeof(struct cascade) + 512 +
	       n * (2 * sizeof(uint32_t) + 2 + sizeof(double) +
		    sizeof(size_t) + sizeof(struct engine_account)) +
	       h * (sizeof(struct engine_holding) + 26);
}

static size_t book_memory(size_t account_count, size_t holding_count)
{
	size_t n = account_count + 2, h = holding_count + 1;

	return 1024 +
	       n * (sizeof(struct engine_account) + 3 * sizeof(size_t) +
		    sizeof(double)) +
	       h * (sizeof(struct engine_holding) + 26);
}

size_t loss_memory(size_t account_count, size_t holding_count)
{
	return TASKS_MAX * task_memory(account_count, holding_count) +
	       book_memory(account_count, holding_count);
}

size_t loss_memory_of_one(size_t account_count, size_t holding_count)
{
	return task_memory(account_count, holding_count) +
	       book_memory(account_count, holding_count);
}

static enum status prepare(struct job *job, const struct loss_book *book,
			   struct arena *arena)
{
	enum status status = cascade_book_make(&job->book, book, arena);

	if (!status)
		status = cascade_book_rank(&job->book, arena);
	job->cascades = ARENA_NEW(arena, struct cascade, job->task_count);
	job->statuses = ARENA_NEW(arena, enum status, job->task_count);
	if (!job->cascades || !job->statuses)
		return E_LIMIT;
	for (size_t t = 0; t < job->task_count && !status; t++)
		status = cascade_make(&job->cascades[t], &job->book,
				      job->paths->step_s, arena);
	for (size_t t = 0; t < job->task_count && job->enough_usd > 0.0; t++)
		job->cascades[t].enough_usd = job->enough_usd;
	return status;
}

enum status simulate_losses(struct loss_result *result,
			    const struct loss_market *market,
			    const struct loss_book *book,
			    const struct loss_paths *paths,
			    const struct loss_run *run)
{
	size_t mark = arena_mark(run->arena);
	struct job job = { .result = result, .paths = paths,
			   .reach = run->reach,
			   .enough_usd = run->enough_usd };
	enum status status;

	job.book.market = market;
	job.path_count = paths->only ? paths->only_count : paths->path_count;
	if (!job.path_count)
		return OK;
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
