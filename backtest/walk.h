/* walk.h -- one run, hour by hour: decisions, what takes effect, what borrowers
 * do, what prices and liquidators do to them.
 *
 * Host, but asks no clock and no source: the same plan gives the same bytes.
 * The order within an hour is the order of the functions in walk_hour. */
#ifndef BACKTEST_WALK_H
#define BACKTEST_WALK_H

#include "backtest/setters.h"

/** Forecasts that rules share with decide(): [decision][asset]. */
struct forecast_log {
	size_t count, capacity;
	uint32_t (*volatility_bps)[ASSETS_MAX];
};

/** forecasts_add - a decision's forecasts at the end. */
void forecasts_add(struct forecast_log *log,
		   const struct decision_record *record);

/** How wild prices are against what is usual, for depth. */
struct depth_gauge {
	double fast[ASSETS_MAX], slow[ASSETS_MAX]; /* variances of an hour */
	double share;                              /* of usual depth */
};

struct walk {
	const struct price_grid *grid;   /* own_grid */
	struct backtest_plan own_plan;   /* the plan with its starts shifted */
	struct price_grid own_grid;      /* the grid on it; prices are lent */
	enum setter setter;
	struct market market;
	struct steward steward;
	struct loss_carry carry;
	struct case_history history;
	struct decider decider;          /* of SETTER_PLIMSOLL alone */
	struct depth_gauge depth;
	struct setter_wish wish;         /* on its way */
	bool waiting;
	size_t effect_hour;              /* of the wish */
	size_t hour;                     /* that is played next */
	size_t decisions;                /* made so far */
	struct engine_account *accounts; /* [borrower] views of holdings */
	struct engine_liquidation *called; /* [borrower] sums of this hour's
					    * calls */
	struct arena *arena;
	struct forecast_log *forecasts;  /* written by plimsoll, read by others */
	struct run_record record;        /* its shift is the rule's */
};

struct walk_start {
	const struct price_grid *grid;
	enum setter setter;
	const struct parallel *parallel;
	struct forecast_log *forecasts;
	bool resumed; /* what came before will be read: walk_codec.h */
	struct threshold_shift shift; /* of what a rule wants: compares rules
				       * at one leverage */
	struct threshold_shift start_shift; /* of the start's values */
};

/** walk_open - a run before its first hour; walk_close it also when it failed.
 *  Errors as market_open and decider_genesis. */
MUST_CHECK enum status walk_open(struct walk *out,
				 const struct walk_start *start,
				 struct error *error);
void walk_close(struct walk *walk);

/** walk_hour - the next hour.  E_RANGE, E_LIMIT, and what decide() answers. */
MUST_CHECK enum status walk_hour(struct walk *walk, struct error *error);

static inline bool walk_is_over(const struct walk *walk)
{
	return walk->hour == walk->grid->hours;
}

#endif
