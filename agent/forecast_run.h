/* forecast_run.h -- today's forecast of one asset: decide()'s own forecaster
 * folded over its bars, each expert's record, and how sure it is.
 *
 * Host only for its memory and threads; every number comes from models/.  No
 * second forecaster: what is printed is what decide() counts with. */
#ifndef AGENT_FORECAST_RUN_H
#define AGENT_FORECAST_RUN_H

#include "base/host/error.h"
#include "case/policy.h"
#include "models/forecaster.h"
#include "models/parallel.h"
#include "models/tails/excursions.h"

#define FORECAST_LEVELS 3
#define FORECAST_REPLICATES 39

extern const double forecast_levels[FORECAST_LEVELS]; /* 0.95 0.975 0.99 */

/** What moves with the parameters. */
struct forecast_point {
	double deviation;                     /* over the horizon */
	double var[FORECAST_LEVELS], es[FORECAST_LEVELS]; /* share of price */
};

struct forecast_order {
	const struct bar *bars; /* ascending */
	size_t count;           /* at least policy->burn_in_bars */
	const struct policy *policy;
	uint32_t floor_bps;     /* annual; 0 none */
	uint32_t horizon_s;
};

struct forecast_report {
	struct asset_state state;
	uint32_t steps;            /* bars of the horizon */
	struct horizon_forecast horizon;
	struct forecast_point point;
	struct forecast_point low, high; /* 90 % interval */
	size_t replicates;         /* of the interval; 0: there is none */
	struct excursion worst_hour; /* 99.9 %, within one bar of every start */
	bool has_excursion;
};

/**
 * forecast_run
 * Returns: E_MALFORMED  no window can be fitted: constant, or all gaps
 *          E_SYSTEM, E_LIMIT
 * Cost:    the fold, and FORECAST_REPLICATES refits of all experts */
MUST_CHECK enum status forecast_run(struct forecast_report *report,
				    const struct forecast_order *order,
				    const struct parallel *parallel,
				    struct error *error);

/** forecast_point_of - the forecast that an open forecaster makes. */
void forecast_point_of(struct forecast_point *out,
		       const struct horizon_forecast *horizon);

/**
 * forecast_interval - 5 % and 95 % points of the forecast under estimation
 * error: each replicate draws the window's standardised residuals anew (with
 * the range that came with each) under the GJR-t expert, refits every expert,
 * and filters the true returns with what it found; weights stay.  The spread
 * around the replicates' median is put around the forecast: a world made by
 * one expert is not quite that of the others.
 *
 * Out:     report  low, high, replicates (0 when too few refits succeeded)
 * In:      report  state, whose newest fit is at state.volatility.fitted_at
 * Cost:    FORECAST_REPLICATES refits through `parallel`
 * Source:  Christoffersen and Goncalves (2005), Journal of Risk 7, section 4 */
void forecast_interval(struct forecast_report *report,
		       const struct forecast_order *order,
		       const struct parallel *parallel);

#endif
