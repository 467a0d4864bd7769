/* prices.h -- a plan's prices by the hour, and the history that may be seen at
 * a time.
 *
 * Host, but asks no clock and no source.  A candle that opens at ten is known
 * at eleven: whoever decides asks prices_window, which knows nothing later; the
 * market itself lives through prices_hour, in which a stable coin's wicks are
 * cut to 5 % beyond open and close. */
#ifndef BACKTEST_PRICES_H
#define BACKTEST_PRICES_H

#include "backtest/plan.h"
#include "base/host/error.h"

#define PRICES_HOUR_S 3600
#define PRICES_STEPS 3   /* of an hour: one extreme, the other, the close */
#define PRICES_STEP_S 1200.0

struct price_hour {
	double open, high, low, close; /* > 0; the last close where absent */
	bool present;
};

struct price_grid {
	const struct backtest_plan *plan;
	size_t hours;
	struct price_hour *cells;      /* [hour][asset], a spool; prices_free */
	size_t first[ASSETS_MAX];      /* first bar that opens at or after
					* from_s */
};

/**
 * prices_open - the grid of [from_s, to_s).
 * Returns: OK
 *          E_USAGE    times that are not whole hours, an empty range, bars
 *                     that are not of an hour, or a delay until decisions
 *                     take effect that is longer than between two of them
 *          E_MISSING  an asset whose bars begin after from_s, end before to_s,
 *                     or are fewer before from_s than the policy's burn-in; the
 *                     hint says which times would do */
MUST_CHECK enum status prices_open(struct price_grid *out,
				   const struct backtest_plan *plan,
				   struct error *error);
void prices_free(struct price_grid *grid);

/** prices_rest - the hours before `hour`, and all bars, leave memory until they
 *  are read again. */
void prices_rest(const struct price_grid *grid, size_t hour);

static inline const struct price_hour *
prices_hour(const struct price_grid *grid, size_t hour, size_t asset)
{
	return &grid->cells[hour * grid->plan->asset_count + asset];
}

/** prices_steps - an hour in PRICES_STEPS steps, out [step][asset]: a candle
 *  that rose was low first, one that fell was high first. */
void prices_steps(double *out, const struct price_grid *grid, size_t hour);

/** prices_count - bars of an asset that had closed by a time. */
size_t prices_count(const struct price_grid *grid, size_t asset,
		    int64_t time_s);

#endif
