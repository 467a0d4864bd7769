/* forecaster.h -- the carried state, one bar at a time.
 *
 * Pure.  The forecaster folds bars into an asset's state: digest chain,
 * variance recursions, one-step VaR hits, and a refit every refit_bars on the
 * last window_bars bars.  Genesis plus n steps equals genesis over the longer
 * history, byte for byte, because both are this fold. */
#ifndef MODELS_FORECASTER_H
#define MODELS_FORECASTER_H

#include "base/arena.h"
#include "case/case.h"

/**
 * forecaster_advance - feeds the bars of a series that the state has not seen.
 *
 * Out:     state    advanced; unspecified unless OK
 * In:      series   bars [first_index, first_index + count), of which those
 *                   before state->bar_count must chain to state->history
 *          policy   bar_interval_s, window_bars, refit_bars, burn_in_bars
 *          arena    scratch, given back: about 40 bytes a window bar
 * Returns: OK
 *          E_AUTHENTIC  the series rewrites, forks or skips history
 *          E_MISSING    a refit is due and its window is not in the series
 *          E_LIMIT      arena too small
 * Cost:    O(new bars) and a fit every refit_bars */
MUST_CHECK enum status forecaster_advance(struct asset_state *state,
					  const struct series *series,
					  const struct policy *policy,
					  struct arena *arena);

/** Variance of the return over `steps` bars, by expert. */
struct horizon_variance {
	double garch, ewma;
};

/** forecaster_variance - aggregated variance over the next `steps` bars.
 *  GARCH: sum of v_k with v_{k+1} = omega + (alpha + beta) v_k; EWMA: steps
 *  times the newest. */
struct horizon_variance
forecaster_variance(const struct volatility_state *state, uint32_t steps);

/** Student-t degrees of freedom of the newest fit. */
double forecaster_degrees(const struct volatility_state *state);

/** forecaster_fall - share of price lost at the (1 - confidence) quantile of a
 *  Student-t return with the given standard deviation: 1 - exp(-q sd). */
double forecaster_fall(double deviation, double degrees, double confidence);

/** forecaster_coverage_ok - false when the recent one-bar 99 % VaR hits are
 *  too many: red zone, binomial tail below 0.01 % (Basel's traffic light). */
bool forecaster_coverage_ok(const struct asset_state *state);

/** forecaster_residuals - standardised returns of the series' last bars under
 *  the state's GARCH parameters, aligned by bar from the end; NaN-free: gaps
 *  are flagged in `present`.  count bars, oldest first. */
struct residuals {
	double *values;
	uint8_t *present;
	size_t count;
};
MUST_CHECK enum status forecaster_residuals(struct residuals *out,
					    const struct asset_state *state,
					    const struct series *series,
					    const struct policy *policy,
					    struct arena *arena);

#endif
