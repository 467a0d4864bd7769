/* forecaster.h -- the carried state, one bar at a time.
 *
 * Pure.  The forecaster folds bars into an asset's state: digest chain, the
 * experts' recursions, their losses and weights, conformal levels, and a refit
 * every refit_bars on the last window_bars bars (of the slower experts at one
 * refit in refit_others_every, counted by bars from the burn-in).  Genesis plus n steps equals
 * genesis over the longer history, byte for byte, because both are this fold;
 * a bar is scored before any recursion or fit sees it. */
#ifndef MODELS_FORECASTER_H
#define MODELS_FORECASTER_H

#include "base/arena.h"
#include "case/case.h"
#include "models/ensemble/mixture.h"

#define TAIL_PROBABILITY 0.025  /* of the tail weights: VaR below ES 97.5 */
#define VAR_PROBABILITY 0.01

/** One asset being advanced: its state and what is derived from it. */
struct forecaster {
	struct asset_state *state;
	const struct policy *policy;
	struct tail_table tables[EXPERTS_COUNT];
	double ranges[RECENT_RANGES]; /* scaled, oldest first */
	size_t range_count;
};

/** forecaster_open - derives the tables: about 1.5 ms.  A caller that feeds
 *  many single bars keeps the forecaster open. */
void forecaster_open(struct forecaster *out, struct asset_state *state,
		     const struct policy *policy);

/** forecaster_feed - the bars of a series that the state has not seen; errors
 *  and cost as forecaster_advance. */
MUST_CHECK enum status forecaster_feed(struct forecaster *forecaster,
				       const struct series *series,
				       struct arena *arena);

/**
 * forecaster_advance - forecaster_open and forecaster_feed.
 *
 * Out:     state    advanced; unspecified unless OK
 * In:      series   bars [first_index, first_index + count), of which those
 *                   before state->bar_count must chain to state->history
 *          policy   bar_interval_s, window_bars, refit_bars, burn_in_bars
 *          arena    scratch, given back: FORECASTER_BYTES_EACH a window bar
 * Returns: OK
 *          E_AUTHENTIC  the series rewrites, forks or skips history
 *          E_MISSING    a refit is due and its window is not in the series
 *          E_LIMIT      arena too small
 * Cost:    about 30 us a new bar, and a fit every refit_bars */
#define FORECASTER_BYTES_EACH 512u
#define FORECASTER_BYTES 65536u /* whatever the window */
MUST_CHECK enum status forecaster_advance(struct asset_state *state,
					  const struct series *series,
					  const struct policy *policy,
					  struct arena *arena);

/** What the newest bar was worth to each expert: for scores and reports. */
struct bar_score {
	double ret, range_variance;       /* realised; variance scaled to ret^2 */
	double variance[EXPERTS_COUNT];   /* forecast */
	struct tail_point tail[EXPERTS_COUNT]; /* at TAIL_PROBABILITY */
	bool present[EXPERTS_COUNT];
	double ensemble_variance;
	struct tail_point ensemble_tail;  /* at TAIL_PROBABILITY */
	double var99;                     /* quantile of the mixture, < 0 */
	double conformal_var99;           /* at its level */
	struct tail_point conformal_tail; /* at the level of VaR 97.5 */
};

/** forecaster_score - that of the next bar, before it is fed.  false: no
 *  return (a gap), or nothing is fitted. */
bool forecaster_score(struct bar_score *out, const struct forecaster *forecaster,
		      const struct bar *bar);

/** forecaster_features - x [NETWORK_INPUTS] (models/learned/network.h) of the
 *  bar that opens then. */
void forecaster_features(double *x, const struct forecaster *forecaster,
			 int64_t time_s);

/** Returns and range variances of bars, season and scale taken out as the
 *  state has them. */
struct scaled_window {
	double *returns, *ranges; /* [n] */
	size_t n;
};
/** forecaster_window - of bars[0 .. count), gaps left out; 32 bytes of arena
 *  a bar.  Returns OK, E_LIMIT. */
MUST_CHECK enum status forecaster_window(struct scaled_window *out,
					 const struct forecaster *forecaster,
					 const struct bar *bars, size_t count,
					 struct arena *arena);

/** forecaster_refilter - every expert's variance after these scaled returns,
 *  from the long run on, with the parameters that the state holds; tables and
 *  ranges too. */
void forecaster_refilter(struct forecaster *forecaster, const double *returns,
			 size_t n);

/** forecaster_bars - bars that cover so many seconds, rounded up, at least 1. */
uint32_t forecaster_bars(const struct policy *policy, uint32_t seconds);

/** The return over the next `steps` bars. */
struct horizon_forecast {
	uint32_t steps;
	double variance;                       /* of the ensemble */
	double expert_variance[EXPERTS_COUNT]; /* NaN: takes no part */
	struct mixture mixture;
	double widening;  /* of falls by the conformal layer, >= 1 */
	double used;      /* variance, and at least the floor */
	double stretch;   /* sqrt(used / variance) */
};

/** forecaster_horizon - floor_bps is an annual deviation, 0 none.
 *  Cost: steps times the experts; 160 KiB of stack. */
void forecaster_horizon(struct horizon_forecast *out,
			const struct forecaster *forecaster, uint32_t steps,
			uint32_t floor_bps);

/** forecaster_median_bps - median annual deviation of the last year's refit
 *  periods that the state remembers, 0 when it remembers none. */
uint32_t forecaster_median_bps(const struct volatility_state *state,
			       const struct policy *policy);

/** forecaster_fall - share of price lost at the (1 - confidence) quantile of
 *  the mixture, stretched and widened: 1 - exp(q).  forecaster_shortfall - the
 *  mean share lost beyond it, Jensen's difference left out: an upper bound. */
double forecaster_fall(const struct horizon_forecast *forecast,
		       double confidence);
double forecaster_shortfall(const struct horizon_forecast *forecast,
			    double confidence);

/** forecaster_degrees - of the Student-t whose 1 / nu is the tail-weighted mean
 *  of the experts', in [4, 200]. */
double forecaster_degrees(const struct volatility_state *state);

/** forecaster_coverage_ok - false when the recent one-bar 99 % VaR hits are
 *  too many: red zone, binomial tail below 0.01 % (Basel's traffic light). */
bool forecaster_coverage_ok(const struct asset_state *state);
unsigned forecaster_hits(const struct asset_state *state);

/** forecaster_residuals - standardised returns of the series' last bars under
 *  the GJR-t expert's parameters, aligned by bar from the end; gaps are
 *  flagged in `present`.  count bars, oldest first. */
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
