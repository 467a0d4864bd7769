/* baselines.h -- what other published rules would set, beside our own values.
 *
 * Pure.  Nothing is decided with these: they are shown with every decision and
 * scored in the backtest.  A value that a rule does not speak of is the one in
 * force. */
#ifndef MODELS_CHOICE_BASELINES_H
#define MODELS_CHOICE_BASELINES_H

#include <stdint.h>

enum baseline_kind {
	BASELINE_NO_CHANGE,
	BASELINE_SMART_LTV,      /* LTV by volatility and liquidity over cap */
	BASELINE_EXCURSION,      /* LT by the 99.9 % one-hour fall */
	BASELINE_GAUNTLET_CAPS,  /* caps by their use */
	BASELINES_COUNT,
};

struct baseline {
	const char *name; /* static, shorter than 24 characters */
	uint32_t ltv_bps, lt_bps, lb_bps;
	uint64_t supply_cap, borrow_cap; /* whole tokens */
};

struct baseline_request {
	uint32_t ltv_bps, lt_bps, lb_bps; /* in force; lb 10500 = 5 % */
	uint64_t supply_cap, borrow_cap;  /* in force; 0: none */
	uint64_t supply_use, borrow_use;  /* whole tokens */
	uint32_t optimal_bps;             /* kink of the rate curve */
	uint64_t circulating_tokens;      /* 0: unknown */
	double price_usd;
	double volatility;                /* annual deviation */
	double liquidity_usd; /* sold at once for a slippage of the bonus */
	double excursion;     /* fall within an hour, 99.9 %; < 0: unknown */
};

/**
 * baselines_compute - every rule, in the order of enum baseline_kind.
 *
 *   SmartLTV   LTV = exp(-c sigma / sqrt(l / d)) - beta: sigma the annual
 *              deviation, l the liquidity at a slippage of the bonus beta, d
 *              the cap in USD, c the least confidence factor; 0 where the
 *              exponent is above 10.4621863982718417.
 *   Excursion  LT = (1 - q) / LB, LTV 300 bps lower: thresholds that survive
 *              the 99.9 % worst hour, as the steward of 2026 sets them.
 *   Caps       a cap used by 75 % or more is raised by half, at most to half
 *              of what circulates; one used by less than a third is lowered
 *              to twice its use; a borrow cap is at most the kink's share of
 *              the supply cap.
 * Cost:    a logarithm and an exponential
 * Source:  smart-ltv (B.Protocol and RiskDAO, 2023) for the formula and its
 *   limit; the steward's updates of 2026 for thresholds; the cap rules are the
 *   most concrete form of what Gauntlet's public recommendations describe:
 *   no exact rule was published */
void baselines_compute(struct baseline out[BASELINES_COUNT],
		       const struct baseline_request *request);

/** smart_ltv_confidence - c of a known LTV: the published inverse,
 *  -ln(ltv + beta) sqrt(l / d) / sigma. */
double smart_ltv_confidence(const struct baseline_request *request, double ltv);

#endif
