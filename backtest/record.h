/* record.h -- what a backtest remembers of a run: a line a decision, a line an
 * hour, a line a liquidation; the input of scores and reports.
 *
 * Plain data, in nameless files (base/host/spool.h): it grows with the history,
 * memory does not.  A run is one setter (who sets the parameters) over the whole
 * time; runs of one backtest share prices, borrowers and random numbers. */
#ifndef BACKTEST_RECORD_H
#define BACKTEST_RECORD_H

#include "backtest/plan.h"

enum setter {
	SETTER_PLIMSOLL,   /* decide() and the limiter */
	SETTER_NO_CHANGE,  /* the start's parameters for ever */
	SETTER_DAO,        /* what the DAO really did */
	SETTER_SMART_LTV,
	SETTER_EXCURSION,  /* the 99.9 % one-hour rule */
	SETTER_CAPS,       /* Gauntlet's cap rules */
	SETTER_FORESIGHT,  /* knows the next days: a bound, no rule */
	SETTERS_COUNT,
};

/** setter_name - "plimsoll", "no-change", "dao", "smart-ltv", "excursion",
 *  "gauntlet-caps", "foresight". */
const char *setter_name(enum setter setter);

/** One asset of one decision. */
struct decision_asset {
	struct parameters before, target, after; /* after: in force when it took
						  * effect, queued ones not in */
	char binding[4][24];        /* of ltv, lt, supply cap, borrow cap */
	uint32_t volatility_bps;    /* annual, forecast; 0: none */
	float var99, es975;         /* forecast falls over the horizon, shares */
	float var975;               /* that es975 is the mean beyond; 0: not
				     * told (forecast_set.h derives it) */
	float realised;             /* return over the horizon after it, share;
				     * NaN: the data ends before */
};

struct decision_record {
	int64_t time_s;
	uint8_t outcome;            /* enum outcome */
	uint64_t reasons;           /* bits of enum reason */
	uint8_t digest[HASH_SIZE];  /* of the decision; zeros for other setters */
	uint32_t tuples, applied, queued, confirmed, refused;
	double es975_usd;           /* forecast loss at what is proposed */
	struct decision_asset assets[ASSETS_MAX];
};

/** One hour of the market, after everything that happened in it. */
struct hour_record {
	int64_t time_s;             /* start of the hour */
	double bad_debt_usd;        /* recorded deficit and open shortfall */
	double liquidated_usd;      /* debt repaid by liquidators, this hour */
	double revenue_usd;         /* of the protocol, this hour */
	double supplied_usd, borrowed_usd;
	float price_usd[ASSETS_MAX];       /* market, end of the hour; NaN: no
					    * bar */
	float ltv[ASSETS_MAX];             /* usable: 0 while frozen */
	float supplied[ASSETS_MAX], borrowed[ASSETS_MAX]; /* whole tokens */
	float backed_usd[ASSETS_MAX];      /* debt that it backs */
	uint8_t at_supply_cap, at_borrow_cap; /* number of assets >= 99 % */
};

struct liquidation_record {
	int64_t time_s;
	uint32_t borrower;
	uint8_t collateral, debt;   /* assets */
	double repaid_usd, seized_usd;
	double health;              /* before, at the oracle's prices */
	double price_ratio;         /* collateral over debt, oracle */
};

/** How far a rule's LTV and LT are moved, an asset, to meet another's LTV. */
struct threshold_shift {
	int32_t bps[ASSETS_MAX];
};

struct run_record {
	enum setter setter;
	struct threshold_shift shift;
	size_t decision_count, decision_capacity;
	struct decision_record *decisions;
	size_t hour_count, hour_capacity;
	struct hour_record *hours;
	size_t liquidation_count, liquidation_capacity;
	struct liquidation_record *liquidations;
};

void run_record_free(struct run_record *run);

/** run_rest - all lines leave memory until they are read again. */
void run_rest(const struct run_record *run);

/** run_hour, run_decision, run_liquidation - a line, for who reads them in
 *  order: those before leave memory now and then. */
const struct hour_record *run_hour(const struct run_record *run, size_t h);
const struct decision_record *run_decision(const struct run_record *run,
					   size_t i);
const struct liquidation_record *run_liquidation(const struct run_record *run,
						 size_t i);

/** run_reserve - room for so many lines in all: a run that knows its length
 *  takes no more, and is not moved. */
void run_reserve(struct run_record *run, size_t decisions, size_t hours);
struct decision_record *run_add_decision(struct run_record *run);
struct hour_record *run_add_hour(struct run_record *run);
struct liquidation_record *run_add_liquidation(struct run_record *run);

/** A whole backtest: runs in the order of enum setter. */
struct backtest_record {
	const struct backtest_plan *plan;
	uint8_t input_digest[HASH_SIZE]; /* of plan, policy and every bar */
	size_t run_count;
	struct run_record runs[SETTERS_COUNT];
};

void backtest_record_free(struct backtest_record *record);

#endif
