/* plan.h -- what a backtest is asked: which market, which history, from when to
 * when, under whose rules.
 *
 * Plain data; agent/backtest_file.c reads it, nothing here is computed.  Assets
 * are those of the policy, in its order (ascending by address). */
#ifndef BACKTEST_PLAN_H
#define BACKTEST_PLAN_H

#include "case/case.h"

#define PLAN_EVENTS_MAX 4096

/** The parameters of one reserve, contract units. */
struct parameters {
	uint32_t ltv_bps, lt_bps, lb_bps;      /* lb 10500 = 5 % */
	uint64_t supply_cap, borrow_cap;       /* whole tokens */
	uint32_t optimal_bps, base_bps, slope1_bps, slope2_bps;
};

/** One asset of the simulated market. */
struct plan_asset {
	char symbol[SYMBOL_MAX];
	char series[64];             /* "ETH/USDT@binance": for people */
	bool synthetic;              /* generated prices: said in every report */
	const struct bar *bars;      /* ascending, of the policy's interval;
				      * those before from_s warm the models */
	size_t bar_count;
	uint8_t decimals;
	bool stable;                 /* pegged to the base currency */
	uint8_t parent;              /* index of what it is a claim on (stETH:
				      * ETH); its own index: none */
	struct parameters start;     /* in force at from_s */
	uint32_t reserve_factor_bps, protocol_fee_bps;
	double supply_usd;           /* supplied at from_s, all together */
	struct liquidity_curve curve; /* depth in usual times */
};

/** A change that the DAO really made. */
struct plan_change {
	int64_t time_s;
	uint8_t asset, component;    /* enum component (case/report.h) */
	uint64_t value;
};

/** What borrowers are like; backtest/population.h says what it means. */
struct plan_population {
	uint32_t borrowers;          /* of each collateral asset */
	uint32_t follow_ppm;         /* share of debt that re-levers when LTV
				      * rises: policy's relever_share_ppm */
	uint32_t short_ppm;          /* borrow a volatile asset against a
				      * stable one */
	uint32_t loop_ppm;           /* of a claim's holders: borrow its parent */
};

/** The steward's limits: one for each managed kind, for all assets. */
struct plan_steward {
	uint32_t confirm_delay_s, timelock_delay_s, pending_life_s;
	struct kind_limit limits[KINDS_COUNT + 1]; /* by kind; !set: none */
	uint32_t submission_delay_s; /* from decision to effect */
	uint32_t thaw_after_s;       /* a frozen reserve goes back */
};

struct backtest_plan {
	const struct policy *policy;
	struct bytes policy_bytes;   /* canonical */
	size_t asset_count;
	struct plan_asset assets[ASSETS_MAX];
	int64_t from_s, to_s;        /* whole hours */
	uint32_t embargo_s;          /* decisions see bars closed so long ago */
	uint8_t evidence;            /* enum evidence supposed of all input */
	bool match_ltv;              /* rules are shifted until they lend at the
				      * mean usable LTV of plimsoll's run */
	uint8_t seed[HASH_SIZE];
	double depth_elasticity;     /* depth goes with volatility^-this ... */
	double depth_floor;          /* ... and at least this share is left */
	struct plan_population population;
	struct plan_steward steward;
	size_t change_count;         /* of the DAO's history, ascending */
	const struct plan_change *changes;
};

#endif
