/* buckets.c -- see buckets.h. */
#include "models/positions/buckets.h"

#include <string.h>

#include "base/wide.h"
#include "models/positions/buckets_internal.h"

#define BPS 10000u
#define E8 100000000u
#define ONE ENGINE_HEALTH_ONE

/* Bounds while they are summed, base currency. */
struct bounds {
	u128 largest_e8, largest_loss_e8; /* of this composition */
	u128 error_e8, loss_error_e8;
};

static void merge_runs(const struct bucket_work *work, size_t first,
		       size_t length)
{
	size_t count = work->request->count, at = first;
	size_t middle = first + length < count ? first + length : count;
	size_t end = middle + length < count ? middle + length : count;
	size_t left = first, right = middle;

	while (left < middle || right < end) {
		bool take_left = right == end ||
				 (left < middle &&
				  bucket_compare(work, work->order[left],
						 work->order[right]) <= 0);

		work->spare[at++] = work->order[take_left ? left++ : right++];
	}
}

/* Merge sort from below, stable. */
static void sort_entries(struct bucket_work *work)
{
	size_t count = work->request->count;

	for (size_t i = 0; i < count; i++)
		work->order[i] = (uint32_t)i;
	for (size_t length = 1; length < count; length *= 2) {
		uint32_t *sorted = work->spare;

		for (size_t first = 0; first < count; first += 2 * length)
			merge_runs(work, first, length);
		work->spare = work->order;
		work->order = sorted;
	}
}

static void write_account(struct engine_account *account,
			  struct bucket_work *work,
			  const struct bucket_entry *entry,
			  const struct bucket_amounts *sum)
{
	*account = (struct engine_account){entry->emode, 0, work->holdings};
	for (uint8_t r = 0; r < ASSETS_MAX; r++) {
		bool collateral = entry->collateral >> r & 1;
		bool idle = entry->idle >> r & 1;

		if (collateral || sum->borrowed[r])
			account->holdings[account->count++] =
				(struct engine_holding){r, collateral,
							sum->collateral[r],
							sum->borrowed[r]};
		if (!idle)
			continue;
		if (!collateral && sum->borrowed[r])
			account->holdings[account->count - 1].supplied =
				sum->idle[r];
		else
			account->holdings[account->count++] =
				(struct engine_holding){r, false, sum->idle[r],
							0};
	}
	work->holdings += account->count;
}

static u128 ceiling_share(u128 debt_e8, u128 numerator, u128 denominator)
{
	u128 share = 0;

	if (multiply_divide(&share, debt_e8, numerator, denominator,
			    ROUND_UP) ||
	    share > debt_e8)
		return debt_e8;
	return share;
}

/* By how much members' collateral and debt may come to differ, for one of
 * debt; the header says why. */
static u128 parting_e18(const struct bucket_work *work,
			const struct bucket_entry *entry)
{
	const struct engine_market *market = work->request->market;
	u128 part = bucket_part_e18(work->request, entry);
	u128 share = bucket_share_e18(work->request);
	uint32_t k = bucket_bits(entry->collateral), least = BPS;
	uint32_t m = bucket_bits(entry->borrowed);
	u128 worth = k > 1 ? (k * part + entry->width_e18 + 1) / 2
			   : entry->width_e18;

	for (uint8_t r = 0; r < ASSETS_MAX; r++) {
		if (!(entry->collateral >> r & 1))
			continue;
		if (!engine_threshold_bps(market, entry->emode, r))
			worth = k * part;
		if (bucket_weight_bps(entry, market, r) < least)
			least = bucket_weight_bps(entry, market, r);
	}
	return (worth * BPS + least - 1) / least +
	       (m > 1 ? (m * share + 1) / 2 : 0);
}

static void bound_bucket(struct bounds *bounds, const struct bucket_work *work,
			 const struct bucket_entry *entry, u128 debt_e8)
{
	u128 loss;

	/* Without collateral every member is below one, and all of it lost. */
	if (!debt_e8 || !entry->collateral)
		return;
	if (!bucket_is_simple(entry, work->request->market)) {
		bounds->error_e8 += debt_e8;
		bounds->loss_error_e8 +=
			ceiling_share(debt_e8, parting_e18(work, entry), ONE);
		return;
	}
	loss = ceiling_share(debt_e8, entry->width_e18, entry->low_e18);
	if (debt_e8 > bounds->largest_e8)
		bounds->largest_e8 = debt_e8;
	if (loss > bounds->largest_loss_e8)
		bounds->largest_loss_e8 = loss;
}

static void close_composition(struct bounds *bounds)
{
	bounds->error_e8 += bounds->largest_e8;
	bounds->loss_error_e8 += bounds->largest_loss_e8;
	bounds->largest_e8 = bounds->largest_loss_e8 = 0;
}

/* How many from `first` on are one account of the output. */
static size_t run_length(const struct bucket_work *work, size_t first)
{
	const struct bucket_entry *entry = &work->entries[work->order[first]];
	size_t end = first + 1;

	while (!entry->single && end < work->request->count &&
	       !bucket_compare_cells(entry, &work->entries[work->order[end]]))
		end++;
	return end - first;
}

static enum status write_bucket(struct bucket_book *book,
				struct bucket_work *work, struct bounds *bounds,
				size_t first, size_t length)
{
	const struct bucket_request *request = work->request;
	const struct bucket_entry *entry = &work->entries[work->order[first]];
	struct engine_account *account = &book->accounts[book->count];
	struct engine_totals totals;
	struct bucket_amounts sum;
	enum status status = OK;

	memset(&sum, 0, sizeof(sum));
	for (size_t i = first; i < first + length && !status; i++) {
		uint32_t member = work->order[i];

		status = bucket_add(&sum, &request->accounts[member],
				    request->market);
		book->of[member] = (uint32_t)book->count;
	}
	if (status)
		return status;
	write_account(account, work, entry, &sum);
	book->count++;
	book->holding_count += account->count;
	status = engine_totals(&totals, account, request->market);
	if (status || length == 1)
		return status;
	book->merged_count += length;
	bound_bucket(bounds, work, entry, totals.debt_e8);
	return OK;
}

static uint64_t up_usd(u128 value_e8)
{
	u128 whole = (value_e8 + E8 - 1) / E8;

	return whole < UINT64_MAX ? (uint64_t)whole : UINT64_MAX;
}

static enum status write_book(struct bucket_book *book,
			      struct bucket_work *work)
{
	struct bounds bounds = {0, 0, 0, 0};
	size_t length = 0;
	enum status status = OK;

	for (size_t at = 0; at < work->request->count && !status;
	     at += length) {
		if (at && bucket_compare_composition(
				  &work->entries[work->order[at - 1]],
				  &work->entries[work->order[at]]))
			close_composition(&bounds);
		length = run_length(work, at);
		status = write_bucket(book, work, &bounds, at, length);
	}
	close_composition(&bounds);
	book->error_usd = up_usd(bounds.error_e8);
	book->loss_error_usd = up_usd(bounds.loss_error_e8);
	return status;
}

static size_t count_holdings(const struct bucket_request *request)
{
	size_t count = 0;

	for (size_t i = 0; i < request->count; i++)
		count += request->accounts[i].count;
	return count;
}

static enum status merge(struct bucket_book *book, struct bucket_work *work,
			 struct arena *arena)
{
	size_t count = work->request->count;
	size_t holdings = count_holdings(work->request), mark;
	enum status status = OK;

	book->accounts = ARENA_NEW(arena, struct engine_account, count);
	book->of = ARENA_NEW(arena, uint32_t, count);
	work->holdings = ARENA_NEW(arena, struct engine_holding, holdings);
	mark = arena_mark(arena);
	work->entries = ARENA_NEW(arena, struct bucket_entry, count);
	work->parts = ARENA_NEW(arena, uint64_t, 2 * holdings);
	work->order = ARENA_NEW(arena, uint32_t, count);
	work->spare = ARENA_NEW(arena, uint32_t, count);
	if (!book->accounts || !book->of || !work->holdings || !work->entries ||
	    !work->parts || !work->order || !work->spare)
		return E_LIMIT;
	for (size_t i = 0; i < count && !status; i++)
		status = bucket_describe(work, i);
	if (!status) {
		sort_entries(work);
		status = write_book(book, work);
	}
	arena_reset(arena, mark);
	return status;
}

enum status buckets_merge(struct bucket_book *out,
			  const struct bucket_request *request,
			  struct arena *arena)
{
	struct bucket_work work = {.request = request};
	struct bucket_book book = {.count = 0};
	size_t mark = arena_mark(arena);
	enum status status;

	if ((request->part_ppm && request->part_ppm < request->width_ppm) ||
	    request->width_ppm < BUCKETS_WIDTH_PPM_MIN ||
	    request->width_ppm > BUCKETS_WIDTH_PPM_MAX ||
	    request->count > UINT32_MAX)
		return E_INPUT;
	status = merge(&book, &work, arena);
	if (status)
		arena_reset(arena, mark);
	else
		*out = book;
	return status;
}

size_t buckets_memory(size_t account_count, size_t holding_count)
{
	return account_count *
		       (sizeof(struct engine_account) +
			sizeof(struct bucket_entry) + 3 * sizeof(uint32_t)) +
	       holding_count *
		       (sizeof(struct engine_holding) + 2 * sizeof(uint64_t)) +
	       7 * 16;
}
