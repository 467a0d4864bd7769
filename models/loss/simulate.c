/* simulate.c -- see simulate.h. */
#include "models/loss/simulate.h"

#include <string.h>

#include "models/elementary.h"

#define TASKS_MAX 16u
#define CALLS_PER_STEP 4

/* One task's private copy of the book and of the market's moving parts. */
struct workspace {
	const struct loss_market *market;
	struct engine_account *accounts;
	struct engine_holding *holdings;
	struct engine_market engine; /* prices of the step */
	double price_usd[ASSETS_MAX];   /* with pressure */
	double path_price[ASSETS_MAX];  /* without */
	double pressure_usd[ASSETS_MAX];
	double capacity_usd[ASSETS_MAX]; /* at the bonus less costs */
	double *supplied, *borrowed;     /* tokens, one per holding */
	double deficit_usd;
	double liquidated_usd;
};

struct job {
	struct loss_result *result;
	const struct loss_market *market;
	const struct loss_book *book;
	const struct loss_paths *paths;
	struct workspace *workspaces;
	size_t task_count;
	enum status *statuses; /* [task] */
};

static double to_double(u128 value)
{
	return (double)(uint64_t)(value >> 64) * 0x1p64 +
	       (double)(uint64_t)value;
}

static u128 to_raw(double amount, u128 unit)
{
	double raw = amount * to_double(unit);

	return raw < 1.0 ? 0 : raw > 0x1p120 ? (u128)1 << 120 : (u128)raw;
}

static void load_holding(struct workspace *w, size_t h)
{
	const struct engine_holding *holding = &w->holdings[h];
	double unit = to_double(w->market->engine.reserves[holding->reserve].unit);

	w->supplied[h] = holding->collateral
				 ? to_double(holding->supplied) / unit
				 : 0.0;
	w->borrowed[h] = to_double(holding->borrowed) / unit;
}

static void load_book(struct workspace *w, const struct loss_book *book)
{
	size_t at = 0;

	for (size_t i = 0; i < book->account_count; i++) {
		const struct engine_account *from = &book->accounts[i];

		w->accounts[i].count = from->count;
		w->accounts[i].holdings = w->holdings + at;
		memcpy(w->holdings + at, from->holdings,
		       from->count * sizeof(*from->holdings));
		for (size_t h = at; h < at + from->count; h++)
			load_holding(w, h);
		at += from->count;
	}
	memset(w->pressure_usd, 0, sizeof(w->pressure_usd));
	w->deficit_usd = 0.0;
	w->liquidated_usd = 0.0;
}

/* At least 1; beyond 64 bits, which no price is, the most they hold. */
static uint64_t price_e8_of(double price)
{
	double scaled = price * 1e8;

	if (scaled < 1.0)
		return 1;
	return scaled < 18446744073709551616.0 ? (uint64_t)scaled : UINT64_MAX;
}

/* The price everyone sees: the path's, pressed by what was just sold. */
static void set_price(struct workspace *w, size_t asset)
{
	double price = w->path_price[asset];

	if (w->market->has_curve[asset] && w->pressure_usd[asset] > 0.0)
		price *= 1.0 - impact_of(&w->market->curves[asset],
					 w->pressure_usd[asset]);
	w->price_usd[asset] = price;
	w->engine.reserves[asset].price_e8 = price_e8_of(price);
}

static void begin_step(struct workspace *w, const struct loss_paths *paths,
		       size_t path, size_t step)
{
	const double *ratios =
		paths->ratios +
		(path * paths->step_count + step) * paths->asset_count;

	for (size_t a = 0; a < paths->asset_count; a++) {
		const struct impact_curve *curve = &w->market->curves[a];

		if (w->pressure_usd[a] > 0.0)
			w->pressure_usd[a] *= elementary_exp(
				-curve->recovery_per_s * paths->step_s);
		w->path_price[a] = ratios[a] *
				   (double)w->market->engine.reserves[a].price_e8 *
				   1e-8;
		set_price(w, a);
	}
}

/* Health by doubles, to find the few accounts that need the integer rule. */
static bool looks_liquidatable(const struct workspace *w, size_t account)
{
	const struct engine_account *a = &w->accounts[account];
	size_t first = (size_t)(a->holdings - w->holdings);
	double collateral = 0.0, debt = 0.0;

	for (size_t h = first; h < first + a->count; h++) {
		uint8_t r = w->holdings[h].reserve;

		collateral += w->supplied[h] * w->price_usd[r] *
			      (double)w->engine.reserves[r].lt_bps;
		debt += w->borrowed[h] * w->price_usd[r];
	}
	return debt * 10000.0 > collateral * (1.0 - 1e-9);
}

/* The liquidator takes the largest collateral against the largest debt. */
static bool pick_call(struct engine_call *call, const struct workspace *w,
		      const struct engine_account *account)
{
	size_t first = (size_t)(account->holdings - w->holdings);
	double best_collateral = 0.0, best_debt = 0.0;

	for (size_t i = 0; i < account->count; i++) {
		uint8_t r = account->holdings[i].reserve;
		double supplied = w->supplied[first + i] * w->price_usd[r];
		double borrowed = w->borrowed[first + i] * w->price_usd[r];

		if (supplied > best_collateral) {
			best_collateral = supplied;
			call->collateral = (uint8_t)i;
		}
		if (borrowed > best_debt) {
			best_debt = borrowed;
			call->debt = (uint8_t)i;
		}
	}
	return best_collateral > 0.0 && best_debt > 0.0;
}

/* Debt that a liquidator repays with profit at the depth that is left. */
static u128 profitable_debt(const struct workspace *w,
			    const struct engine_account *account,
			    const struct engine_call *call)
{
	uint8_t c = account->holdings[call->collateral].reserve;
	uint8_t d = account->holdings[call->debt].reserve;
	double room_usd = w->capacity_usd[c] - w->pressure_usd[c];
	double bonus = (double)w->engine.reserves[c].lb_bps / 10000.0;

	if (room_usd <= 0.0)
		return 0;
	return to_raw(room_usd / bonus / w->price_usd[d], w->engine.reserves[d].unit);
}

static void book_call(struct workspace *w, const struct engine_account *account,
		      const struct engine_liquidation *done)
{
	uint8_t c = account->holdings[done->collateral].reserve;
	uint8_t d = account->holdings[done->debt].reserve;
	size_t first = (size_t)(account->holdings - w->holdings);

	w->pressure_usd[c] += to_double(done->collateral_seized) /
			      to_double(w->engine.reserves[c].unit) * w->price_usd[c];
	w->liquidated_usd += to_double(done->debt_repaid) /
			     to_double(w->engine.reserves[d].unit) * w->price_usd[d];
	w->deficit_usd += to_double(done->deficit) * 1e-8;
	for (size_t i = 0; i < account->count; i++)
		load_holding(w, first + i);
	set_price(w, c);
}

static enum status liquidate_account(struct workspace *w,
				     struct engine_account *account)
{
	for (int i = 0; i < CALLS_PER_STEP; i++) {
		struct engine_liquidation done;
		struct engine_call call = { 0, 0, 0 };
		enum status status;

		if (!pick_call(&call, w, account))
			return OK;
		call.debt_to_cover = profitable_debt(w, account, &call);
		if (!call.debt_to_cover)
			return OK;
		status = engine_liquidate(&done, account, &w->engine, &call);
		if (status == E_REFUSED)
			return OK; /* healthy after all, or dust would stay */
		if (status)
			return status;
		if (!done.debt_repaid || !done.collateral_seized)
			return OK;
		book_call(w, account, &done);
	}
	return OK;
}

/* What collateral no longer covers is lost; it is booked to the account's
 * largest collateral. */
static double shortfall(const struct workspace *w, size_t account,
			size_t *largest)
{
	const struct engine_account *a = &w->accounts[account];
	size_t first = (size_t)(a->holdings - w->holdings);
	double collateral = 0.0, debt = 0.0, best = -1.0;

	for (size_t h = first; h < first + a->count; h++) {
		uint8_t r = w->holdings[h].reserve;
		double value = w->supplied[h] * w->path_price[r];

		collateral += value;
		debt += w->borrowed[h] * w->path_price[r];
		if (w->holdings[h].collateral && value > best) {
			best = value;
			*largest = r;
		}
	}
	return debt > collateral ? debt - collateral : 0.0;
}

static void finish_path(struct workspace *w, const struct job *job, size_t path)
{
	size_t assets = job->market->asset_count;
	double *by_asset = job->result->asset_loss_usd + path * assets;
	double total = w->deficit_usd;

	for (size_t i = 0; i < job->book->account_count; i++) {
		size_t largest = 0;
		double loss = shortfall(w, i, &largest);

		total += loss;
		by_asset[largest] += loss;
	}
	job->result->loss_usd[path] = total;
	job->result->liquidated_usd[path] = w->liquidated_usd;
}

static enum status run_path(struct workspace *w, const struct job *job,
			    size_t path)
{
	double *by_asset = job->result->asset_loss_usd +
			   path * job->market->asset_count;

	memset(by_asset, 0, job->market->asset_count * sizeof(*by_asset));
	load_book(w, job->book);
	for (size_t step = 0; step < job->paths->step_count; step++) {
		begin_step(w, job->paths, path, step);
		for (size_t i = 0; i < job->book->account_count; i++) {
			double deficit = w->deficit_usd;
			size_t largest = 0;
			enum status status;

			if (!looks_liquidatable(w, i))
				continue;
			(void)shortfall(w, i, &largest);
			status = liquidate_account(w, &w->accounts[i]);
			if (status)
				return status;
			by_asset[largest] += w->deficit_usd - deficit;
		}
	}
	finish_path(w, job, path);
	return OK;
}

static void run_task(void *context, size_t task)
{
	struct job *job = context;
	size_t count = job->paths->path_count;
	size_t first = count * task / job->task_count;
	size_t end = count * (task + 1) / job->task_count;

	for (size_t path = first; path < end && !job->statuses[task]; path++)
		job->statuses[task] =
			run_path(&job->workspaces[task], job, path);
}

static enum status make_workspace(struct workspace *w, const struct job *job,
				  struct arena *arena)
{
	const struct loss_market *market = job->market;
	size_t holdings = job->book->holding_count + 1;

	w->market = market;
	w->accounts = ARENA_NEW(arena, struct engine_account,
				job->book->account_count + 1);
	w->holdings = ARENA_NEW(arena, struct engine_holding, holdings);
	w->supplied = ARENA_NEW(arena, double, holdings);
	w->borrowed = ARENA_NEW(arena, double, holdings);
	if (!w->accounts || !w->holdings || !w->supplied || !w->borrowed)
		return E_LIMIT;
	w->engine = market->engine;
	for (size_t a = 0; a < market->asset_count; a++) {
		double bonus = (double)market->engine.reserves[a].lb_bps / 10000.0;

		if (market->has_curve[a])
			w->capacity_usd[a] =
				impact_capacity(&market->curves[a],
						1.0 - 1.0 / bonus -
							market->cost);
	}
	return OK;
}

enum status simulate_losses(struct loss_result *result,
			    const struct loss_market *market,
			    const struct loss_book *book,
			    const struct loss_paths *paths,
			    const struct loss_run *run)
{
	struct arena *arena = run->arena;
	size_t mark = arena_mark(arena);
	struct job job = { result, market, book, paths, NULL,
			   paths->path_count < TASKS_MAX ? 1 : TASKS_MAX,
			   NULL };
	enum status status = OK;

	job.workspaces = ARENA_NEW(arena, struct workspace, job.task_count);
	job.statuses = ARENA_NEW(arena, enum status, job.task_count);
	if (!job.workspaces || !job.statuses)
		return E_LIMIT;
	for (size_t t = 0; t < job.task_count && !status; t++)
		status = make_workspace(&job.workspaces[t], &job, arena);
	if (!status)
		parallel_run(run->parallel, run_task, &job, job.task_count);
	for (size_t t = 0; t < job.task_count && !status; t++)
		status = job.statuses[t];
	arena_reset(arena, mark);
	return status;
}
