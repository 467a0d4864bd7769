/* experts.h -- one table of experts: what each remembers, how it moves, what
 * it says of the next bars.
 *
 * Pure.  Everything is in scaled returns (case/state.h).  Of values_e12:
 *   GARCH, GJR, EGARCH, APARCH  the slots of enum garch_slot
 *   EWMA        0 decay, 6 nu
 *   HAR         0..3 coefficients, 4 smearing, 5 lowest, 6 nu, 7 highest
 *   learned     0 and 1 the 1 % and 99 % quantiles in deviations, 6 nu
 *   historical  0 threshold, 1 share, 2 shape, 3 scale of the lower tail */
#ifndef MODELS_ENSEMBLE_EXPERTS_H
#define MODELS_ENSEMBLE_EXPERTS_H

#include "base/arena.h"
#include "case/policy.h"
#include "case/state.h"
#include "models/ensemble/tail_table.h"
#include "models/volatility/garch.h"
#include "models/volatility/har.h"

#define EXPERT_NU 6 /* of values_e12, as GARCH_NU */
#define LEARNED_NU 5.0
#define EXPERT_STEPS_MAX 10000

/** experts_garch - the model of a GARCH-type expert; false: it is another. */
bool experts_garch(struct garch_model *out, enum expert expert);

/** experts_prior - weight before anything was seen: the same for each of the
 *  six kinds of expert, shared inside a kind: twelve recursions of one sort
 *  are not twelve opinions. */
double experts_prior(enum expert expert);

/** experts_values - values_e12 as doubles; experts_store the other way, with
 *  the variance of the next bar: fitted becomes true. */
void experts_values(double at[EXPERT_VALUES], const struct expert_state *state);
void experts_store(struct expert_state *state, const double at[EXPERT_VALUES],
		   double variance);
void experts_set_variance(struct expert_state *state, double variance);
/** experts_set_lowest - a recursion that fits a market growing calmer would
 *  forecast calm without end: no variance below this from now on. */
void experts_set_lowest(struct expert_state *state, double variance);
double experts_variance(const struct expert_state *state);

/** experts_step - the recursions that live on returns alone, after a scaled
 *  return; HAR and learned are set by who knows the ranges. */
void experts_step(struct expert_state *state, enum expert expert, double ret);

/** experts_har_design - windows for bars of so many seconds. */
struct har_design experts_har_design(enum expert expert, uint32_t interval_s);
/** experts_har_next - HAR's forecast from means of scaled ranges. */
double experts_har_next(const struct expert_state *state,
			const struct har_design *design,
			const struct har_means *means);

/** experts_table - the lower tail of an expert's standardised law. */
void experts_table(struct tail_table *out, const struct expert_state *state,
		   enum expert expert);
/** experts_tail_scale - what stretches it: 1 but for the learned expert. */
double experts_tail_scale(const struct expert_state *state, enum expert expert);

/** experts_path - variances of the next `steps` bars, the first being the
 *  state's own.
 *  GARCH, GJR   omega + persistence v, persistence by symmetric innovations
 *  APARCH       the same of v^(delta / 2), with the normal's moment; Jensen's
 *               difference is left out: 3 % too low after 24 bars in
 *               tests/unit/test_forecast.c
 *  EGARCH       of log v with the law's E|z|; half the variance of log v is
 *               added (lognormal)
 *  HAR          its own forecasts take the place of the ranges to come
 *  learned      back to the long run as the GJR-t expert goes
 *  others       constant
 *  In:  steps 1 .. EXPERT_STEPS_MAX; ranges [range_count] scaled, oldest first */
struct experts_view {
	const struct volatility_state *state;
	const double *ranges;
	size_t range_count;
	uint32_t interval_s;
};
void experts_path(double *out, const struct experts_view *view,
		  enum expert expert, size_t steps);

/** The window that a fit sees. */
struct experts_window {
	const double *returns; /* [n] scaled */
	const double *ranges;  /* [n] scaled, > 0 */
	size_t n;
	const struct policy *policy;
	bool quick_alone;      /* fit those of experts_quick only */
};

/** experts_quick - EWMA, GARCH-normal and GJR-t: those that are fitted at every
 *  fit.  What the others are fitted at is policy's refit_others_every. */
bool experts_quick(enum expert expert);

/**
 * experts_fit - all of them.  One that cannot be fitted (too few or constant
 * returns, collinear ranges) keeps what it had, converged false; one that was
 * never fitted takes no part.  A GARCH-type one's last parameters are one more
 * start of its search.
 *   With quick_alone the others keep their parameters (which are in scaled
 *   returns, whose scale moves) and have their variance filtered anew over the
 *   window; but one that has none yet is fitted, and all are where GJR-t's
 *   search does not converge: such a window is not to be trusted unseen.
 * Returns: OK; E_LIMIT arena too small
 * Cost:    twelve likelihood searches: about 20 us an observation in all; the
 *          quick ones alone about a fifth of it */
MUST_CHECK enum status experts_fit(struct volatility_state *state,
				   const struct experts_window *window,
				   struct arena *arena);

#endif
