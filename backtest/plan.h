/* plan.h -- what a backtest is asked: which market, which history, from when to
 * when, under whose rules.
 *
 * Plain data; agent/backtest_file.c reads it, nothing here is computed.  Assets
 * are those of the policy, in its order (ascending by address). */
#ifndef BACKTEST_PLAN_H
#define BACKTEST_PLAN_H

#include "case/case.h"

#define PLAN_EVENTS_MAX 4096
#define PLAN_DISTURBANCES_MAX 64
#define PLAN_FAMILIES_MAX 4

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
	bool spooled;                /* they lie in a spool: may leave memory */
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

/** What goes wrong: in the world (an oracle that answers something else, books
 *  that empty), or in what a case shows of it. */
enum disturbance_kind {
	DISTURBANCE_ORACLE_HELD = 1, /* the oracle answers value USD */
	DISTURBANCE_ORACLE_SCALED,   /* the market's price times value */
	DISTURBANCE_ORACLE_LEAST,    /* no less than value USD */
	DISTURBANCE_ORACLE_SILENT,   /* its last answer, ever older */
	DISTURBANCE_DEPTH,           /* book, and its quotes: this share */
	DISTURBANCE_CAP,             /* no more than the parent's price times
				      * value, grown since since_s by rate a
				      * year; a case shows it as in force */
	DISTURBANCE_CAP_TARGET,      /* a case: the ratio asked for is value at
				      * since_s */
	DISTURBANCE_BOUND,           /* a case: the feed's least is value USD */
	DISTURBANCE_QUOTE,           /* a case: the family quotes the market's
				      * price times value */
	DISTURBANCE_BACKING,         /* a case: this share stands behind it */
	DISTURBANCE_KINDS,
};

/** One of them, for [from_s, to_s). */
struct plan_disturbance {
	uint8_t kind, asset, family;
	int64_t from_s, to_s, since_s;
	double value, rate;
};

/** What borrowers are like; backtest/population.h says what it means. */
struct plan_population {
	uint32_t borrowers;          /* of each collateral asset */
	uint32_t follow_ppm;         /* share of debt that re-levers when LTV
				      * rises: policy's relever_share_ppm */
	uint32_t short_ppm;          /* borrow a volatile asset against a
				      * stable one */
	uint32_t loop_ppm;           /* of a claim's holders: borrow its parent */
	uint32_t largest_ppm;        /* nobody has a larger share of what an
				      * asset's borrowers bring; 0: no bound */
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
	bool match_ltv;              /* plimsoll begins at the mean usable LTV of
				      * a first run of it; rules are shifted
				      * until each asset's mean is its */
	uint8_t seed[HASH_SIZE];
	double depth_elasticity;     /* depth goes with volatility^-this ... */
	double depth_floor;          /* ... and at least this share is left */
	struct plan_population population;
	struct plan_steward steward;
	size_t change_count;         /* of the DAO's history, ascending */
	const struct plan_change *changes;
	uint8_t families;            /* quoting every asset in a case, at the
				      * market's price; at most
				      * PLAN_FAMILIES_MAX, 0: no quotes */
	size_t disturbance_count;    /* any order; the first of a kind counts */
	const struct plan_disturbance *disturbances;
};

#endif
