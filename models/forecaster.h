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
#include "models/volatility/ewma.h"
#include "models/volatility/garch.h"

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

/** forecaster_store - a fit as the state carries it: quantised. */
void forecaster_store(struct volatility_state *out, const struct garch_fit *fit,
		      const struct ewma_fit *ewma);

/** forecaster_bars - bars that cover so many seconds, rounded up, at least 1. */
uint32_t forecaster_bars(const struct policy *policy, uint32_t seconds);

/** Variance of the return over `steps` bars, by expert. */
struct horizon_variance {
	double garch, ewma;
};

/** forecaster_variance - aggregated variance over the next `steps` bars.
 *  GARCH: sum of v_k with v_{k+1} = omega + (alpha + beta) v_k; EWMA: steps
 *  times the newest. */
struct horizon_variance
forecaster_variance(const struct volatility_state *state, uint32_t steps);

/** forecaster_used_variance - what decide() counts with: the larger expert,
 *  and at least a floor.
 *  In: floor_bps  annual standard deviation; 0 none
 *      steps      bars of policy->bar_interval_s */
double forecaster_used_variance(const struct volatility_state *state,
				const struct policy *policy,
				uint32_t floor_bps, uint32_t steps);

/** Student-t degrees of freedom of the newest fit; forecaster_used_degrees is
 *  what decide() counts with, at least 4. */
double forecaster_degrees(const struct volatility_state *state);
double forecaster_used_degrees(const struct volatility_state *state);

/** forecaster_fall - share of price lost at the (1 - confidence) quantile of a
 *  Student-t return with the given standard deviation: 1 - exp(-q sd). */
double forecaster_fall(double deviation, double degrees, double confidence);

/** forecaster_shortfall - mean of forecaster_fall over the levels beyond
 *  `confidence`: the expected share lost where that fall is exceeded.
 *  Relative error below 1e-4 for degrees >= 4.  Cost: 64 quantiles. */
double forecaster_shortfall(double deviation, double degrees,
			    double confidence);

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
