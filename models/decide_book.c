/* decide_book.c -- who owes what: the accounts in an order of their own, small
 * ones merged, the unproven rest at its worst; what a cut would do to them. */
#include "models/decide_work.h"

#include <string.h>

#include "models/loss/statistics.h"
#include "models/positions/buckets.h"

#define MERGE_ABOVE 200u /* accounts; fewer stay single */
#define MERGE_MOST 4000u  /* accounts that are walked along paths */
#define MERGE_ROUNDS 6

static u128 unit_of(uint8_t decimals)
{
	u128 unit = 1;

	for (uint8_t i = 0; i < decimals; i++)
		unit *= 10;
	return unit;
}

static double to_double(u128 value)
{
	return (double)(uint64_t)(value >> 64) * 0x1p64 +
	       (double)(uint64_t)value;
}

static double value_usd(const struct decide_work *work, uint8_t r, u128 raw)
{
	const struct reserve *reserve = work->assets[r].reserve;

	return to_double(raw) / to_double(unit_of(reserve->decimals)) *
	       (double)reserve->price_e8 * 1e-8;
}

void decide_engine(struct engine_market *out, const struct decide_work *work,
		   const struct decide_parameters *at)
{
	memset(out, 0, sizeof(*out));
	out->rule = ENGINE_AAVE_V3;
	out->reserve_count = work->asset_count;
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct reserve *reserve = work->assets[i].reserve;

		out->reserves[i] = (struct engine_reserve){
			.price_e8 = reserve->price_e8,
			.unit = unit_of(reserve->decimals),
			.lt_bps = at->lt_bps[i],
			.lb_bps = at->lb_bps[i] ? at->lb_bps[i] : 10000,
			.protocol_fee_bps = reserve->protocol_fee_bps };
	}
	out->category_count = work->in.emode_count;
	for (size_t i = 0; i < work->in.emode_count; i++) {
		const struct emode *emode = &work->in.emodes[i];

		out->categories[i] = (struct engine_category){
			emode->id, emode->lt_bps,
			emode->lb_bps ? emode->lb_bps : 10000,
			emode->collateral };
	}
}

void decide_parameters_now(struct decide_parameters *out,
			   const struct decide_work *work)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < work->asset_count; i++) {
		out->lt_bps[i] = work->assets[i].reserve->lt_bps;
		out->lb_bps[i] = work->assets[i].reserve->lb_bps;
	}
}

static bool believed(const struct decide_work *work, uint32_t position)
{
	return work->view == VIEW_EVERYTHING ||
	       (work->proven && work->proven->positions &&
		work->proven->positions[position]);
}

static bool has_debt(const struct position *position)
{
	for (uint8_t i = 0; i < position->count; i++)
		if (position->holdings[i].borrowed)
			return true;
	return false;
}

/* What the believed positions add up to, and the rest of the reserves. */
struct totals {
	u128 supplied[ASSETS_MAX], borrowed[ASSETS_MAX]; /* believed */
};

static void add_up(struct totals *out, const struct decide_work *work)
{
	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < work->in.position_count; i++) {
		const struct position *position = &work->in.positions[i];

		for (uint8_t h = 0; believed(work, i) && h < position->count;
		     h++) {
			const struct holding *from = &position->holdings[h];

			out->supplied[from->reserve] += from->supplied;
			out->borrowed[from->reserve] += from->borrowed;
		}
	}
}

static u128 rest(u128 total, u128 part)
{
	return total > part ? total - part : 0;
}

static enum status copy_account(struct engine_account *out,
				const struct position *position,
				struct arena *arena)
{
	out->emode = position->emode;
	out->count = position->count;
	out->holdings = ARENA_NEW(arena, struct engine_holding,
				  position->count);
	if (!out->holdings)
		return E_LIMIT;
	for (uint8_t i = 0; i < position->count; i++) {
		const struct holding *from = &position->holdings[i];

		out->holdings[i] = (struct engine_holding){
			.reserve = from->reserve,
			.collateral = from->collateral,
			.supplied = from->supplied,
			.borrowed = from->borrowed };
	}
	return OK;
}

/* Largest debts first, then least collateral: liquidators come to them in this
 * order, and no address has a say in it. */
static enum status order_accounts(uint32_t *order, const double *keys,
				  size_t n, struct arena *arena)
{
	const double *collateral = keys, *debt = keys + n;
	size_t *first = ARENA_NEW(arena, size_t, n + 1);
	size_t *second = ARENA_NEW(arena, size_t, n + 1);
	double *sorted = ARENA_NEW(arena, double, n + 1);
	enum status status;

	if (!first || !second || !sorted)
		return E_LIMIT;
	status = loss_sort(first, collateral, n, arena);
	for (size_t i = 0; i < n; i++)
		sorted[i] = -debt[first[i]];
	if (!status)
		status = loss_sort(second, sorted, n, arena);
	for (size_t i = 0; i < n && !status; i++)
		order[i] = (uint32_t)first[second[i]];
	return status;
}

/* keys: collateral values, then debts, of the positions in `from`. */
static size_t find_accounts(uint32_t *from, double *collateral, double *debt,
			    const struct decide_work *work)
{
	size_t n = 0;

	for (uint32_t i = 0; i < work->in.position_count; i++) {
		const struct position *position = &work->in.positions[i];

		if (!has_debt(position) || !believed(work, i))
			continue;
		from[n] = i;
		collateral[n] = debt[n] = 0.0;
		for (uint8_t h = 0; h < position->count; h++) {
			const struct holding *holding = &position->holdings[h];

			debt[n] += value_usd(work, holding->reserve,
					     holding->borrowed);
			if (holding->collateral)
				collateral[n] +=
					value_usd(work, holding->reserve,
						  holding->supplied);
		}
		n++;
	}
	return n;
}

static enum status list_accounts(struct decide_work *work)
{
	size_t room = work->in.position_count + 1u, n, mark;
	struct book_work *book = &work->book;
	uint32_t *from = ARENA_NEW(work->arena, uint32_t, room);
	uint32_t *order = ARENA_NEW(work->arena, uint32_t, room);
	double *keys = ARENA_NEW(work->arena, double, 3 * room);
	enum status status;

	book->accounts = ARENA_NEW(work->arena, struct engine_account, room);
	book->addresses = ARENA_NEW(work->arena, const uint8_t *, room);
	book->debt_usd = ARENA_NEW(work->arena, double, room);
	if (!from || !order || !keys || !book->accounts || !book->addresses ||
	    !book->debt_usd)
		return E_LIMIT;
	n = find_accounts(from, keys, keys + room, work);
	memmove(keys + n, keys + room, n * sizeof(*keys));
	mark = arena_mark(work->arena);
	status = order_accounts(order, keys, n, work->arena);
	arena_reset(work->arena, mark);
	for (size_t i = 0; i < n && !status; i++) {
		const struct position *position =
			&work->in.positions[from[order[i]]];

		book->addresses[i] = position->account;
		book->debt_usd[i] = keys[n + order[i]];
		status = copy_account(&book->accounts[i], position,
				      work->arena);
	}
	book->account_count = n;
	return status;
}

/* Collateral kept so that the rest stands exactly at its thresholds: the part
 * of the rest's collateral that is not needed may be anyone's. */
static void lever_residual(struct engine_account *account,
			   const struct decide_work *work)
{
	double backing = 0.0, debt = 0.0, share;

	for (size_t i = 0; i < account->count; i++) {
		const struct engine_holding *h = &account->holdings[i];

		backing += value_usd(work, h->reserve, h->supplied) *
			   (double)work->assets[h->reserve].reserve->lt_bps /
			   10000.0;
		debt += value_usd(work, h->reserve, h->borrowed);
	}
	share = backing > 0.0 ? debt / backing : 1.0;
	for (size_t i = 0; i < account->count && share < 1.0; i++) {
		u128 *supplied = &account->holdings[i].supplied;
		uint64_t ppm = (uint64_t)(share * 1e6) + 1;

		*supplied = *supplied / 1000000 * ppm +
			    *supplied % 1000000 * ppm / 1000000;
	}
}

/* The unproven rest as one account at its worst. */
static enum status make_residual(struct engine_account *out,
				 struct decide_work *work,
				 const struct totals *totals)
{
	double debt_usd = 0.0;

	out->emode = 0;
	out->count = 0;
	out->holdings = ARENA_NEW(work->arena, struct engine_holding,
				  work->asset_count);
	if (!out->holdings)
		return E_LIMIT;
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct reserve *reserve = work->assets[i].reserve;
		struct engine_holding *h = &out->holdings[out->count];

		h->reserve = (uint8_t)i;
		h->collateral = reserve->lt_bps > 0;
		h->supplied = h->collateral ? rest(reserve->supplied,
						   totals->supplied[i])
					    : 0;
		h->borrowed = rest(reserve->borrowed, totals->borrowed[i]);
		debt_usd += value_usd(work, h->reserve, h->borrowed);
		out->count += h->supplied || h->borrowed;
	}
	lever_residual(out, work);
	work->report.residual_usd = debt_usd < 1e15 ? (uint64_t)debt_usd
						    : 1000000000000000u;
	return OK;
}

/* Share of debt, and of what backs it, that the believed positions prove. */
static void state_coverage(struct decide_work *work,
			   const struct totals *totals)
{
	double known = 0.0, all = 0.0;

	for (size_t i = 0; i < work->asset_count; i++) {
		const struct reserve *reserve = work->assets[i].reserve;
		u128 proven = totals->borrowed[i] < reserve->borrowed
				      ? totals->borrowed[i]
				      : reserve->borrowed;

		known += value_usd(work, (uint8_t)i, proven);
		all += value_usd(work, (uint8_t)i, reserve->borrowed);
	}
	work->report.coverage_ppm =
		all > 0.0 ? (uint32_t)(known / all * 1e6) : 1000000;
}

/* Accounts as they are, or merged where there are many: coarser until few
 * enough are left, and the bound says what that costs. */
static enum status merge(struct bucket_book *out, struct decide_work *work)
{
	const struct book_work *book = &work->book;
	struct engine_market *market =
		ARENA_NEW(work->arena, struct engine_market, 1);
	struct decide_parameters now;
	struct bucket_request request = {
		.accounts = book->accounts,
		.count = book->account_count,
		.market = market,
		.single_usd = work->policy.single_position_usd,
		.width_ppm = work->policy.bucket_width_ppm };
	size_t mark = arena_mark(work->arena);
	enum status status = OK;

	if (!market)
		return E_LIMIT;
	if (book->account_count <= MERGE_ABOVE)
		request.single_usd = 0;
	decide_parameters_now(&now, work);
	decide_engine(market, work, &now);
	for (int round = 0; round < MERGE_ROUNDS && !status; round++) {
		arena_reset(work->arena, mark);
		status = buckets_merge(out, &request, work->arena);
		if (status || out->count <= MERGE_MOST)
			break;
		request.single_usd *= 4;
		if (request.width_ppm <= BUCKETS_WIDTH_PPM_MAX / 2)
			request.width_ppm *= 2;
	}
	return status;
}

static enum status add_residual(struct decide_work *work,
				const struct bucket_book *merged,
				const struct engine_account *residual)
{
	size_t n = merged->count;
	struct engine_account *accounts =
		ARENA_NEW(work->arena, struct engine_account, n + 1);

	if (!accounts)
		return E_LIMIT;
	memcpy(accounts, merged->accounts, n * sizeof(*accounts));
	accounts[n] = *residual;
	work->book.losses = (struct loss_book){
		.account_count = n + 1,
		.accounts = accounts,
		.holding_count = merged->holding_count + residual->count,
		.residual_count = 1 };
	work->report.merged_count = (uint32_t)merged->merged_count;
	work->report.merge_error_usd = merged->loss_error_usd;
	return OK;
}

enum status decide_book(struct decide_work *work)
{
	struct engine_account residual;
	struct bucket_book merged;
	struct totals totals;
	enum status status;

	add_up(&totals, work);
	state_coverage(work, &totals);
	status = make_residual(&residual, work, &totals);
	if (!status)
		status = list_accounts(work);
	if (!status)
		status = merge(&merged, work);
	return status ? status : add_residual(work, &merged, &residual);
}
