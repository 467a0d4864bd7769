/* buckets.h -- merges the small positions of a book into buckets of health.
 *
 * Pure.  Accounts merge when they have the same e-mode, the same reserves as
 * collateral, as idle supply and as debt, and when their health lies in the
 * same cell of a grid: steps of `width` up to a health of 1.5, beyond of four
 * times that, doubled with every doubling of health.  Where an account has
 * several collaterals or debts, each one's part of the health (value * LT over
 * all debt) and each debt's share also lie in cells, coarser ones: else two
 * accounts of one health could part widely when prices do.  A bucket's amounts
 * are the sums of its members', exact in raw units, so its health is the mean
 * of theirs weighted with debt and lies in their cell, but for the 1e-8 USD
 * that the protocol rounds a value by.
 *
 * What the bounds say, and why they hold.  Let D be a bucket's debt, W the
 * width of its cell, h the cell's lower end, and prices anything at all.
 *
 *   Wrong side.  With one collateral and one debt every health of the same
 *   composition moves by one and the same factor z.  A bucket whose members
 *   are all above or all below 1 / z is judged as they are; cells do not
 *   overlap, so at most one bucket of a composition is neither, and less than
 *   its D stands on the wrong side of one.  Sum over compositions of the
 *   largest such D.  With more collaterals or debts any bucket may be cut:
 *   the sum of their D.
 *
 *   Shortfall.  What a member owes beyond its collateral's worth over the
 *   bonus is max(0, A_i) with A_i linear in its amounts; the bucket's is
 *   max(0, sum A_i).  Both agree unless the A_i differ in sign; then no A_i
 *   is further from 0 than the members differ.  With one collateral and one
 *   debt that is d_i W / h (collateral per debt is in the cell's ratio, and is
 *   worth at most the debt where some A_i > 0), once in a composition as
 *   above.  Else, with k collaterals whose parts differ by P at most and
 *   their sum, the health, by W, what prices leave of it differs by
 *   (k P + W) / 2 over the least LT as long as no collateral is worth more
 *   than now (W for k = 1; k P where one has no LT, its value then counting
 *   whole); with m debts whose shares differ by p, debt itself by m p / 2 (0
 *   for m = 1).  That times d_i, summed over buckets.
 *
 * Both are in USD at today's price of debt and hold at any one moment for
 * what the members' amounts are then.  They leave out what follows later: the
 * pressure of other sales, and rules by absolute size (Aave closes a debt
 * below 2,000 USD whole, and a merged one of more by half, again and again).
 * Source: models.md section 6 */
#ifndef MODELS_POSITIONS_BUCKETS_H
#define MODELS_POSITIONS_BUCKETS_H

#include "base/arena.h"
#include "models/positions/aave_engine.h"

#define BUCKETS_WIDTH_PPM_MIN 10u
#define BUCKETS_WIDTH_PPM_MAX 100000u

struct bucket_request {
	const struct engine_account *accounts;
	size_t count;                       /* below 2^32 */
	const struct engine_market *market; /* thresholds and prices of now */
	uint64_t single_usd; /* accounts with so much debt stay single */
	uint32_t width_ppm;  /* of health: 5000 is 0.005 */
	uint32_t part_ppm;   /* of parts below a health of 1.5, and of debts'
			      * shares; 0: four times width_ppm */
};

struct bucket_book {
	struct engine_account *accounts; /* sorted by content; holdings by
					  * reserve, empty ones left out */
	size_t count;
	size_t holding_count;    /* sum over accounts */
	size_t merged_count;     /* inputs that share an account */
	uint64_t error_usd;      /* debt on the wrong side of health one */
	uint64_t loss_error_usd; /* shortfall */
	uint32_t *of;            /* [request count] index into accounts */
};

/**
 * buckets_merge - a smaller book with the same amounts.
 *
 *   The order of the input accounts changes nothing but `of`.  Accounts
 *   without debt merge by composition alone.  Keep apart what must stay last
 *   (an unproven residual) by merging the others only.
 *
 * Out:     out      in the arena; untouched unless OK
 * Returns: E_INPUT  width_ppm out of range, part_ppm below it, a reserve
 *                   outside the market
 *          E_LIMIT  arena smaller than buckets_memory()
 *          E_RANGE  amounts that the protocol's integers do not hold
 * Cost:    O(n log n) comparisons; about 1 us an account (0.1 s for 100,000) */
MUST_CHECK enum status buckets_merge(struct bucket_book *out,
				     const struct bucket_request *request,
				     struct arena *arena);

/** buckets_memory - bytes of arena that buckets_merge takes while it runs. */
size_t buckets_memory(size_t account_count, size_t holding_count);

#endif
