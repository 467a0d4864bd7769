/* state.h -- what must be remembered between decisions: the carried state.
 *
 * Pure.  An enclave has no disk; the case carries the state, the decision
 * signs the digest before and after, the steward stores the latest.  Integers
 * only, so that a digest covers it: scales are in the names. */
#ifndef CASE_STATE_H
#define CASE_STATE_H

#include "base/cbor.h"
#include "case/decision.h"

#define STATE_VERSION 3
#define STATE_BYTES_MAX 131072 /* canonical, of ASSETS_MAX assets */
#define RECENT_FORECASTS 256 /* bits kept for the coverage check */
#define RECENT_RANGES 168    /* range variances kept: a week of hours */
#define SEASONAL_TERMS 8
#define EXPERT_VALUES 8
#define YEARLY_VOLATILITIES 53 /* one a refit: a year of weeks */
#define RECENT_TARGETS 8
#define TARGET_VALUES 5      /* ltv, lt, lb, supply cap, borrow cap */
#define CONFORMAL_LEVELS 2   /* VaR 99 and the VaR below ES 97.5 */

/** Who forecasts, in this order everywhere.  A name says recursion and law of
 *  the innovations. */
enum expert {
	EXPERT_EWMA,
	EXPERT_GARCH_NORMAL, EXPERT_GARCH_T, EXPERT_GARCH_SKEWT,
	EXPERT_GJR_NORMAL, EXPERT_GJR_T, EXPERT_GJR_SKEWT,
	EXPERT_EGARCH_NORMAL, EXPERT_EGARCH_T, EXPERT_EGARCH_SKEWT,
	EXPERT_APARCH_NORMAL, EXPERT_APARCH_T, EXPERT_APARCH_SKEWT,
	EXPERT_HAR, EXPERT_HAR_LOG, EXPERT_LEARNED, EXPERT_HISTORICAL,
	EXPERTS_COUNT,
};

/** expert_name - lower-case word such as "gjr-t", never NULL. */
const char *expert_name(enum expert expert);

/** One expert.  Returns are divided by the asset's scale and by the square
 *  root of the season, so parameters have no unit; _e12, _e9, _e6 are powers
 *  of ten. */
struct expert_state {
	bool fitted;                /* false: takes no part */
	bool converged;             /* of the newest fit */
	int64_t values_e12[EXPERT_VALUES]; /* meaning: models/ensemble/experts.h */
	int64_t variance_e9;        /* of the next bar, in scale^2 */
	int64_t lowest_e9;          /* and never below this */
	int64_t weight_variance_e9, weight_tail_e9;
	int64_t loss_variance_e6, loss_tail_e6;     /* sums since the first */
	int64_t switching_variance_e6, switching_tail_e6; /* lowest loss of a
			  sequence of experts that ends here, switches paid */
};

/** A generalised Pareto tail of standardised residuals. */
struct tail_state {
	bool fitted;
	int64_t threshold_e9, share_e9, shape_e9, scale_e9;
};

/** What the forecaster knows of one asset. */
struct volatility_state {
	bool fitted;
	bool converged;             /* experts with most of the weight did */
	uint64_t fitted_at;         /* bar_count when fitted */
	int64_t scale_e12;          /* deviation of a bar's return */
	int64_t range_ratio_e9;     /* mean square return / mean range variance */
	int64_t season_e9[SEASONAL_TERMS];
	int64_t last_return_e9;     /* scaled, of the newest bar */
	int64_t jumps_e9;           /* decayed share of large moves */
	uint32_t range_count;       /* of ranges in use, <= RECENT_RANGES */
	uint8_t ranges[2 * RECENT_RANGES]; /* ring, big-endian: 1/2048 of a nat
					      above that of (1 bp)^2 */
	uint32_t yearly_count;      /* of yearly_bps, newest first */
	uint32_t yearly_bps[YEARLY_VOLATILITIES]; /* annual deviation of the
					bars between two refits */
	struct expert_state experts[EXPERTS_COUNT];
	uint64_t scored;            /* bars that judged the experts */
	int64_t loss_variance_e6, loss_tail_e6; /* of the ensemble, sums */
	int64_t level_e9[CONFORMAL_LEVELS];     /* of the conformal layer */
	struct tail_state lower, upper;
};

struct asset_state {
	uint8_t asset[ADDRESS_SIZE];
	uint64_t bar_count;        /* bars folded in since genesis */
	int64_t last_open_time_s;  /* of the newest bar; 0 none */
	int64_t last_close_mantissa;
	int32_t last_close_exponent;
	uint8_t history[HASH_SIZE]; /* digest chain over all bars */
	struct volatility_state volatility;
	uint32_t target_count;     /* scheduled epochs kept, newest first */
	uint64_t targets[RECENT_TARGETS][TARGET_VALUES];
	uint32_t forecast_count;   /* bits in use, <= RECENT_FORECASTS */
	uint8_t exceeded[RECENT_FORECASTS / 8]; /* VaR 99 hit bits, ring */
};

struct state {
	uint8_t market[HASH_SIZE];
	uint64_t sequence;         /* 0 at genesis, +1 a decision */
	size_t asset_count;
	struct asset_state assets[ASSETS_MAX]; /* ascending by address */
};

void state_encode(struct buffer *out, const struct state *state);
MUST_CHECK enum status state_decode(struct state *out, struct bytes in);
void state_digest(uint8_t out32[HASH_SIZE], struct bytes canonical);

#endif
