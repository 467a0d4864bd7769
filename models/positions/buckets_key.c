/* buckets_key.c -- where an account belongs: its composition and its cells. */
#include "models/positions/buckets_internal.h"

#include <string.h>

#include "base/wide.h"

#define BPS 10000u
#define E8 100000000u
#define ONE ENGINE_HEALTH_ONE
#define FINE_BELOW (3 * ONE / 2) /* up to a health of 1.5 */
#define COARSER 4u
#define PPM_E18 (ONE / 1000000)
#define NO_DEBT_CELL UINT64_MAX

static bool add(u128 *sum, u128 amount)
{
	*sum += amount;
	return *sum >= amount;
}

u128 bucket_share_e18(const struct bucket_request *request)
{
	return (u128)(request->part_ppm ? request->part_ppm
					: COARSER * request->width_ppm) *
	       PPM_E18;
}

u128 bucket_part_e18(const struct bucket_request *request,
		     const struct bucket_entry *entry)
{
	return entry->width_e18 / (request->width_ppm * PPM_E18) *
	       bucket_share_e18(request);
}

enum status bucket_add(struct bucket_amounts *sum,
		       const struct engine_account *account,
		       const struct engine_market *market)
{
	for (size_t i = 0; i < account->count; i++) {
		const struct engine_holding *holding = &account->holdings[i];
		uint8_t r = holding->reserve;

		if (r >= market->reserve_count || r >= ASSETS_MAX)
			return E_INPUT;
		if (!add(holding->collateral ? &sum->collateral[r]
					     : &sum->idle[r],
			 holding->supplied) ||
		    !add(&sum->borrowed[r], holding->borrowed))
			return E_RANGE;
	}
	return OK;
}

static uint32_t mask_of(const u128 amounts[ASSETS_MAX])
{
	uint32_t mask = 0;

	for (size_t r = 0; r < ASSETS_MAX; r++)
		if (amounts[r])
			mask |= (uint32_t)1 << r;
	return mask;
}

uint32_t bucket_bits(uint32_t mask)
{
	uint32_t bits = 0;

	for (; mask; mask &= mask - 1)
		bits++;
	return bits;
}

/* The cell of a health: width w below 1.5, then 4 w, 8 w, ... an octave. */
static void set_cell(struct bucket_entry *entry, u128 health_e18, u128 fine_e18)
{
	u128 steps =
		(FINE_BELOW + COARSER * fine_e18 - 1) / (COARSER * fine_e18);
	u128 low = 0, width = fine_e18, index = 0;

	if (health_e18 >= FINE_BELOW) {
		index = (FINE_BELOW + fine_e18 - 1) / fine_e18;
		low = FINE_BELOW;
		width = COARSER * fine_e18;
		while (health_e18 - low >= low) {
			low *= 2;
			width *= 2;
			index += steps;
		}
	}
	entry->width_e18 = width;
	entry->low_e18 = low + (health_e18 - low) / width * width;
	entry->cell = (uint64_t)(index + (health_e18 - low) / width);
}

uint32_t bucket_weight_bps(const struct bucket_entry *entry,
			   const struct engine_market *market, uint8_t reserve)
{
	uint32_t lt = engine_threshold_bps(market, entry->emode, reserve);

	return lt ? lt : BPS;
}

/* The cell of amount * price * weight over the account's debt; saturates far
 * beyond any health that matters. */
static uint64_t part_cell(const struct bucket_entry *entry, u128 amount,
			  const struct engine_reserve *reserve, uint32_t weight,
			  u128 width_e18)
{
	u128 value = 0, part = 0;

	if (multiply_divide(&value, amount, reserve->price_e8, reserve->unit,
			    ROUND_DOWN) ||
	    value >> 100 ||
	    multiply_divide(&part, value * weight, ONE / BPS, entry->debt_e8,
			    ROUND_DOWN))
		return UINT64_MAX;
	part /= width_e18;
	return part < UINT64_MAX ? (uint64_t)part : UINT64_MAX;
}

bool bucket_is_simple(const struct bucket_entry *entry,
		      const struct engine_market *market)
{
	uint8_t reserve = 0;

	if (bucket_bits(entry->collateral) > 1 ||
	    bucket_bits(entry->borrowed) > 1)
		return false;
	while (entry->collateral >> reserve > 1)
		reserve++;
	return !entry->collateral ||
	       engine_threshold_bps(market, entry->emode, reserve);
}

static void set_parts(struct bucket_entry *entry, struct bucket_work *work,
		      const struct bucket_amounts *amounts)
{
	const struct engine_market *market = work->request->market;
	u128 part_e18, share_e18 = bucket_share_e18(work->request);

	entry->parts = work->parts + work->part_count;
	if (!entry->debt_e8 || bucket_is_simple(entry, market))
		return;
	part_e18 = bucket_part_e18(work->request, entry);
	for (uint8_t r = 0; r < ASSETS_MAX; r++)
		if (entry->collateral >> r & 1)
			entry->parts[entry->part_count++] = part_cell(
				entry, amounts->collateral[r],
				&market->reserves[r],
				bucket_weight_bps(entry, market, r), part_e18);
	for (uint8_t r = 0; r < ASSETS_MAX; r++)
		if (entry->borrowed >> r & 1)
			entry->parts[entry->part_count++] =
				part_cell(entry, amounts->borrowed[r],
					  &market->reserves[r], BPS, share_e18);
	work->part_count += entry->part_count;
}

enum status bucket_describe(struct bucket_work *work, size_t index)
{
	const struct bucket_request *request = work->request;
	const struct engine_account *account = &request->accounts[index];
	struct bucket_entry *entry = &work->entries[index];
	struct engine_totals totals;
	struct bucket_amounts amounts;
	enum status status;

	memset(&amounts, 0, sizeof(amounts));
	status = bucket_add(&amounts, account, request->market);
	if (!status)
		status = engine_totals(&totals, account, request->market);
	if (status)
		return status;
	entry->account = (uint32_t)index;
	entry->emode = account->emode;
	entry->collateral = mask_of(amounts.collateral);
	entry->idle = mask_of(amounts.idle);
	entry->borrowed = mask_of(amounts.borrowed);
	entry->debt_e8 = totals.debt_e8;
	entry->single = totals.debt_e8 >= (u128)request->single_usd * E8 &&
			totals.debt_e8;
	entry->cell = NO_DEBT_CELL;
	if (totals.debt_e8)
		set_cell(entry, totals.health_e18,
			 request->width_ppm * PPM_E18);
	set_parts(entry, work, &amounts);
	return OK;
}

#define COMPARE(a, b)                                                          \
	do {                                                                   \
		if ((a) != (b))                                                \
			return (a) < (b) ? -1 : 1;                             \
	} while (0)

int bucket_compare_composition(const struct bucket_entry *a,
			       const struct bucket_entry *b)
{
	COMPARE(a->single, b->single);
	COMPARE(a->emode, b->emode);
	COMPARE(a->collateral, b->collateral);
	COMPARE(a->borrowed, b->borrowed);
	COMPARE(a->idle, b->idle);
	return 0;
}

/* By raw amounts: single accounts must not stand in the order they came. */
static int compare_amounts(const struct bucket_work *work,
			   const struct bucket_entry *a,
			   const struct bucket_entry *b)
{
	const struct bucket_request *request = work->request;
	struct bucket_amounts left, right;

	memset(&left, 0, sizeof(left));
	memset(&right, 0, sizeof(right));
	if (bucket_add(&left, &request->accounts[a->account],
		       request->market) ||
	    bucket_add(&right, &request->accounts[b->account], request->market))
		return 0; /* both were added before */
	for (size_t r = 0; r < ASSETS_MAX; r++) {
		COMPARE(left.collateral[r], right.collateral[r]);
		COMPARE(left.idle[r], right.idle[r]);
		COMPARE(left.borrowed[r], right.borrowed[r]);
	}
	return 0;
}

int bucket_compare_cells(const struct bucket_entry *a,
			 const struct bucket_entry *b)
{
	int by_composition = bucket_compare_composition(a, b);

	if (by_composition)
		return by_composition;
	COMPARE(a->cell, b->cell);
	for (uint32_t i = 0; i < a->part_count; i++)
		COMPARE(a->parts[i], b->parts[i]);
	return 0;
}

int bucket_compare(const struct bucket_work *work, uint32_t left,
		   uint32_t right)
{
	const struct bucket_entry *a = &work->entries[left];
	const struct bucket_entry *b = &work->entries[right];
	int by_cells = bucket_compare_cells(a, b);

	return by_cells || !a->single ? by_cells : compare_amounts(work, a, b);
}
