/* case_maker.h -- from a simulated market at a moment to the case that
 * decide() reads: the same canonical bytes as a live one has.
 *
 * Host, but asks no clock and no source.  It sees what an agent could have
 * known then: bars closed by the time less the plan's embargo, the oracle's
 * answers, the market and the steward as they stand. */
#ifndef BACKTEST_CASE_MAKER_H
#define BACKTEST_CASE_MAKER_H

#include "backtest/prices.h"
#include "backtest/steward.h"
#include "models/loss/realised.h"

#define CASE_USAGE_EVERY_S 21600
#define CASE_USAGE_MAX 240 /* 60 days */

/** What a case takes beside market and steward. */
struct case_history {
	struct {
		size_t first;                  /* of the window's bars */
		uint8_t prefix[HASH_SIZE];     /* chain digest before it */
		uint32_t usage_count;
		struct usage_sample usage[CASE_USAGE_MAX]; /* ascending */
	} assets[ASSETS_MAX];
};

/** case_history_sample - utilisation and rate of now; the oldest makes room. */
void case_history_sample(struct case_history *history,
			 const struct market *market, int64_t time_s);

struct case_order {
	const struct price_grid *grid;
	const struct market *market;
	struct steward *steward;
	struct case_history *history;
	const struct loss_carry *carry; /* the oracle's answers and ages */
	struct bytes state;             /* carried state, canonical */
	double depth;                   /* share of usual depth quoted now */
	int64_t time_s;                 /* of the decision */
};

/** case_make - canonical bytes; *out is reused, memory_free its data.
 *  E_LIMIT more accounts or bytes than a case holds. */
MUST_CHECK enum status case_make(struct buffer *out,
				 const struct case_order *order,
				 struct error *error);

/** case_price_usd - the market's price of an asset at a time: the close of the
 *  hour before, pressed by sales that the book has not yet absorbed. */
double case_price_usd(const struct case_order *order, size_t asset);

/** case_bars - the bars of an asset that a decision of that time may see, at
 *  most the policy's window behind what the state has not yet folded in. */
struct case_bars {
	const struct bar *bars;
	size_t first, count;
};
struct case_bars case_bars_at(const struct price_grid *grid, size_t asset,
			      int64_t time_s);

#endif
