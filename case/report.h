/* report.h -- why a decision is what it is, in integers.
 *
 * Pure.  decide() fills it, its keccak is signed through the attachment, and
 * explain, JSON and the dashboard print it.  Nothing is computed from it. */
#ifndef CASE_REPORT_H
#define CASE_REPORT_H

#include "base/cbor.h"
#include "case/decision.h"
#include "case/policy.h"

#define REPORT_VERSION 2
#define BINDING_MAX 24
#define BASELINES_MAX 4
#define SCENARIOS_MAX 16
#define AFFECTED_MAX 16

enum component {
	COMPONENT_LTV,
	COMPONENT_LT,
	COMPONENT_LB,
	COMPONENT_SUPPLY_CAP,
	COMPONENT_BORROW_CAP,
	COMPONENT_OPTIMAL, /* the rate curve, basis points */
	COMPONENT_BASE,
	COMPONENT_SLOPE1,
	COMPONENT_SLOPE2,
	COMPONENTS_COUNT,
};
#define COMPONENTS_BASELINE 5 /* what a baseline speaks of: up to caps */

/** One parameter's way from model to signature, in contract units. */
struct component_report {
	uint64_t current;
	uint64_t target;        /* what the models want */
	uint64_t unconstrained; /* the target without its binding constraint */
	uint64_t chosen;        /* what is proposed now */
	char binding[BINDING_MAX]; /* constraint that set the target */
	char limit[BINDING_MAX];   /* what kept chosen from target, or "" */
};

/** What another rule would set beside it. */
struct baseline_report {
	char name[BINDING_MAX];
	uint64_t values[COMPONENTS_BASELINE];
};

struct asset_report {
	uint8_t asset[ADDRESS_SIZE];
	char symbol[SYMBOL_MAX];
	uint64_t reasons;          /* bits of enum reason, this asset's */
	uint64_t price_e8;
	bool authenticated;        /* price, bars and depth are proven */
	uint32_t volatility_bps;   /* annual, used */
	uint32_t median_bps;       /* annual, median of the last year's weeks */
	uint32_t garch_bps, ewma_bps; /* annual: GJR-t, EWMA */
	uint32_t degrees_e3;       /* Student-t degrees of freedom, 1e-3 */
	uint32_t var99_bps;        /* loss quantile over the horizon */
	uint32_t es975_bps;        /* expected shortfall over the horizon */
	uint32_t gap_bps;          /* gap_p over the oracle lag */
	uint32_t touch_bps;        /* fall over 24 h reached with p */
	uint32_t impact_bps;       /* of the stressed size */
	uint64_t capacity_usd;     /* sellable within the horizon at LB */
	uint64_t loss_usd;         /* ES 97.5 of bad debt, Euler share */
	uint64_t loss_error_usd;   /* its Monte-Carlo standard error */
	uint32_t utilisation_ppm;
	uint32_t elasticity_e3, elasticity_error_e3; /* of log demand, 1e-3 */
	bool moves_in_steps;       /* borrowers do, the history says */
	uint32_t return_ppm[2];    /* squeezed market fails to return: now, then */
	uint32_t stress_ppm[2];    /* above 99 % for 24 h: now, then */
	size_t baseline_count;
	struct baseline_report baselines[BASELINES_MAX];
	struct component_report components[COMPONENTS_COUNT];
};

struct loss_figure {
	uint64_t value_usd;
	uint64_t error_usd; /* Monte-Carlo standard error */
};

struct loss_report {
	struct loss_figure var95, var99, es975, es99;
	uint64_t liquidated_mean_usd;
};

struct scenario_report {
	char name[BINDING_MAX];
	uint64_t before_usd, after_usd; /* bad debt along it */
};

/** An account near its threshold under what is proposed. */
struct affected_report {
	uint8_t account[ADDRESS_SIZE];
	uint64_t debt_usd;
	uint32_t health_now_bps, health_then_bps; /* 10000 is 1 */
};

struct report {
	uint8_t seed[HASH_SIZE];
	bool synthetic;              /* some history is generated */
	uint32_t authenticated_ppm;  /* share of authenticated input */
	uint32_t horizon_s, path_count, step_count, position_count;
	uint32_t merged_count;       /* positions that share a bucket */
	uint64_t merge_error_usd;    /* bound on what merging changes */
	uint32_t coverage_ppm;       /* share of debt that positions prove */
	uint64_t residual_usd;       /* unproven debt, entered at its worst */
	uint32_t cascade_evaluations; /* full ones of the decision */
	uint32_t screened_evaluations; /* over the paths that can lose */
	struct loss_report before, after;
	uint64_t cut_liquidates_usd; /* by the chosen cuts alone */
	uint32_t cut_liquidates_accounts;
	size_t scenario_count;
	struct scenario_report scenarios[SCENARIOS_MAX];
	size_t affected_count;
	struct affected_report affected[AFFECTED_MAX]; /* lowest health then */
	size_t asset_count;
	struct asset_report assets[ASSETS_MAX];
};

void report_encode(struct buffer *out, const struct report *report);
MUST_CHECK enum status report_decode(struct report *out, struct bytes in);

#endif
