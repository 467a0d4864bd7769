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

#define FORECAST_LEVELS 3
#define FORECAST_REPLICATES 99
#define FORECAST_SCORED_MAX 720 /* bars that judge the experts */

extern const double forecast_levels[FORECAST_LEVELS]; /* 0.95 0.975 0.99 */

enum forecast_expert { EXPERT_GARCH_T, EXPERT_EWMA, EXPERT_GARCH_NORMAL,
		       EXPERT_COUNT };

struct expert_report {
	double deviation; /* of the log return over the horizon */
	double loss;      /* mean QLIKE of one-bar forecasts; NaN none scored */
	bool used;        /* decide() counts with it: the larger of the first
			     two, where no floor lies above */
};

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
	struct forecast_point point;
	struct forecast_point low, high; /* 90 % interval */
	size_t replicates;         /* of the interval; 0: there is none */
	bool floored;              /* the floor lies above every expert */
	struct expert_report experts[EXPERT_COUNT];
	size_t scored;             /* returns that judged them */
};

/**
 * forecast_run
 * Out:     report  experts are scored on the last FORECAST_SCORED_MAX bars, each
 *                  forecast made before its bar
 * Returns: E_MALFORMED  no window can be fitted: constant, or all gaps
 *          E_SYSTEM, E_LIMIT
 * Cost:    the fold, and FORECAST_REPLICATES fits of one window */
MUST_CHECK enum status forecast_run(struct forecast_report *report,
				    const struct forecast_order *order,
				    const struct parallel *parallel,
				    struct error *error);

/** forecast_point_of - the forecast that a state makes. */
void forecast_point_of(struct forecast_point *out,
		       const struct volatility_state *state,
		       const struct forecast_order *order);

/**
 * forecast_interval - 5 % and 95 % points of the forecast under estimation
 * error: each replicate draws the window's standardised residuals anew, refits,
 * and filters the true returns with what it found.
 *
 * Out:     report  low, high, replicates (0 when too few refits succeeded)
 * In:      report  state, whose newest fit is at state.volatility.fitted_at
 * Cost:    FORECAST_REPLICATES fits through `parallel`
 * Source:  Christoffersen and Goncalves (2005), Journal of Risk 7, section 4 */
void forecast_interval(struct forecast_report *report,
		       const struct forecast_order *order,
		       const struct parallel *parallel);

/** forecast_window - returns of the newest fit's window and of the bars since;
 *  out holds order->count.  *fitted is how many of them the fit saw. */
size_t forecast_window(double *out, size_t *fitted,
		       const struct asset_state *state,
		       const struct forecast_order *order);

#endif
