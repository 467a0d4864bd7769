/* policy.h -- the DAO's policy: every number a human chose.
 *
 * Pure.  The host reads it from policy.ini (agent/policy_file.h); the canonical
 * CBOR here is what policyHash covers and what travels inside a case. */
#ifndef CASE_POLICY_H
#define CASE_POLICY_H

#include "base/cbor.h"
#include "case/decision.h"

#define POLICY_VERSION 4
#define SYMBOL_MAX 16

struct asset_policy {
	uint8_t asset[ADDRESS_SIZE];
	char symbol[SYMBOL_MAX];
	bool collateral;               /* LTV, LT, LB are managed */
	bool borrowable;               /* the borrow cap is managed */
	bool stable;                   /* pegged to the base currency */
	bool rates;                    /* the rate curve is managed */
	uint32_t ltv_floor_bps, ltv_ceiling_bps;
	uint32_t lt_floor_bps, lt_ceiling_bps;
	uint32_t lb_floor_bps, lb_ceiling_bps;      /* 10500 = 5 % bonus */
	uint64_t supply_cap_floor, supply_cap_ceiling; /* whole tokens */
	uint64_t borrow_cap_floor, borrow_cap_ceiling; /* whole tokens */
	uint32_t optimal_floor_bps, optimal_ceiling_bps;
	uint32_t base_floor_bps, base_ceiling_bps;
	uint32_t slope1_floor_bps, slope1_ceiling_bps;
	uint32_t slope2_floor_bps, slope2_ceiling_bps;
	uint64_t manipulation_cost_usd; /* 0: unknown, bound not applied */
	uint32_t volatility_prior_bps; /* annual, without authenticated bars */
	uint64_t circulating_tokens;   /* 0: unknown, bound not applied */
	uint32_t volatility_floor_bps; /* annual standard deviation */
	uint32_t liquidity_share_bps;  /* this market's share of the depth */
	uint64_t depth_ceiling_usd;    /* largest trusted quote */
	uint64_t loss_budget_usd;      /* ES 97.5 + 2 se over the horizon */
	uint32_t max_price_age_s;      /* heartbeat and grace */
};

struct policy {
	uint64_t chain_id;
	uint8_t steward[ADDRESS_SIZE];
	uint8_t market[HASH_SIZE];
	bool development;              /* admits class C; chain 31337 only */

	uint32_t epoch_period_s;
	uint32_t valid_for_s;          /* decision lives from as_of */
	uint32_t max_bar_age_s;        /* newest bar against the anchor */
	uint32_t disagreement_bps;     /* between price families */
	uint32_t outside_hold_s;       /* no loosening after human changes */

	uint32_t bar_interval_s;       /* 3600 */
	uint32_t window_bars;          /* estimation window */
	uint32_t refit_bars;           /* a fit every so many bars */
	uint32_t refit_others_every;   /* fits from one of all experts to the
					* next; 1: always all */
	uint32_t burn_in_bars;         /* before the first fit */
	uint32_t ewma_decay_ppm;       /* 0: chosen by QLIKE at each fit */

	uint32_t horizon_s;            /* loss horizon */
	uint32_t step_s;               /* path step */
	uint32_t path_count;           /* even: antithetic pairs */
	uint32_t oracle_lag_s;         /* heartbeat plus liquidator delay */
	uint32_t gap_quantile_ppm;     /* constraint b: p of the gap move */
	uint32_t ltv_touch_ppm;        /* constraint d: p over 24 h */

	uint64_t loss_budget_usd;      /* market: ES 97.5 + 2 se */
	uint32_t gas_usd;              /* one liquidation */
	uint32_t typical_liquidation_usd; /* gas becomes bps of this */
	uint32_t margin_bps;           /* liquidator's margin */
	uint32_t stressed_size_usd;    /* a liquidation under stress */
	uint32_t stress_depth_bps;     /* depth left under stress */
	uint32_t depth_elasticity_ppm; /* of depth to a path's volatility */
	uint32_t depth_floor_ppm;      /* least share that a path leaves */
	uint32_t recovery_half_life_s; /* of the book after a sale */
	uint32_t circulating_share_bps;   /* supply cap bound e */
	uint32_t squeeze_share_bps;       /* of sellable size, borrow cap */

	uint64_t cut_liquidates_usd_max;  /* rule 2: default 0 */
	uint32_t cut_liquidates_accounts_max;

	uint32_t dead_band_ltv_bps, dead_band_lt_bps, dead_band_lb_bps;
	uint32_t dead_band_cap_bps;    /* relative to the value in force */

	uint32_t relever_share_ppm;    /* of debt that follows a higher LT */
	uint32_t oracle_deviation_bps, oracle_heartbeat_s;
	uint32_t liquidator_delay_s;
	uint64_t scenario_budget_usd;  /* each stress path */
	uint64_t emergency_budget_usd; /* ES 97.5 above it: FREEZE */
	uint32_t backing_floor_ppm;    /* less backing: FREEZE */
	uint32_t oracle_bound_bps;     /* nearness to a feed's bound */
	uint32_t coverage_tolerance_ppm; /* unproven share, class A */
	uint32_t single_position_usd, bucket_width_ppm;
	uint32_t lb_step_bps;          /* lattice of the bonus */
	uint32_t history_epochs;       /* K of security.md rule 8 */
	uint32_t usage_stress_ppm;     /* P(utilisation > 99 % for 24 h) */
	uint32_t rate_return_s, rate_return_ppm;
	uint32_t elasticity_ppm;       /* prior demand response, a day */
	uint32_t dead_band_rate_bps;

	uint32_t weight_revenue_ppm, weight_borrowing_power_ppm;

	size_t asset_count;
	struct asset_policy assets[ASSETS_MAX]; /* ascending by address */
};

void policy_encode(struct buffer *out, const struct policy *policy);
/** policy_decode - strict; E_MALFORMED for other bytes, E_INPUT for values
 *  outside the bounds of policy_check. */
MUST_CHECK enum status policy_decode(struct policy *out, struct bytes in);
/** policy_check - NULL when every value is within its bounds and development
 *  is only used on chain 31337; else a phrase naming the first offender. */
const char *policy_check(const struct policy *policy);
/** policy_hash - keccak of the canonical bytes. */
void policy_hash(uint8_t out32[HASH_SIZE], struct bytes canonical);
/** policy_asset - NULL when the policy does not cover the asset. */
const struct asset_policy *policy_asset(const struct policy *policy,
					const uint8_t asset[ADDRESS_SIZE]);

#endif
