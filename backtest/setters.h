/* setters.h -- who sets the parameters of a run: decide(), other rules, the
 * DAO's real history, and one who knows the future.
 *
 * Host, but asks no clock.  All but the DAO's history and the foresight bound
 * go through the same steward, on the same schedule, with its delays. */
#ifndef BACKTEST_SETTERS_H
#define BACKTEST_SETTERS_H

#include "backtest/case_maker.h"
#include "backtest/record.h"
#include "models/decide.h"

/** What every setter looks at. */
struct setter_view {
	const struct price_grid *grid;
	struct market *market;
	struct steward *steward;
	struct case_history *history;
	const struct loss_carry *carry;
	double depth;                 /* share of usual depth now */
	int64_t time_s;
	size_t hour;                  /* that begins now */
	const struct threshold_shift *shift; /* of what a rule wants; not of
					      * decide() */
	const uint32_t *volatility_bps; /* [asset] forecast; NULL: unknown */
};

/** What a setter wants; the record is filled but for what came of it. */
struct setter_wish {
	struct tuple tuples[TUPLES_MAX];
	size_t count;
	bool at_once;                 /* not through the steward */
	struct parameters direct[ASSETS_MAX]; /* with at_once */
	struct decision_record record;
};

/** The working memory of decide() over a run, and the carried state. */
struct decider {
	struct arena *arena;          /* decider_free */
	const struct parallel *parallel;
	struct buffer case_bytes;
	uint8_t *proven;              /* [account] ones */
	size_t proven_count;
	uint8_t state[STATE_BYTES_MAX];
	size_t state_size;
};

/** decider_open - no state yet; free it. */
void decider_open(struct decider *out, const struct parallel *parallel);
void decider_free(struct decider *decider);

/**
 * decider_genesis - the state at the plan's start, from all bars before it.
 * Returns: OK
 *          E_INPUT   history that the forecaster refuses
 *          E_LIMIT   memory
 * Cost:    the forecaster over all bars before from_s */
MUST_CHECK enum status decider_genesis(struct decider *out,
				       const struct price_grid *grid,
				       struct error *error);

/** setter_plimsoll - one decision; the state moves on. */
MUST_CHECK enum status setter_plimsoll(struct setter_wish *out,
				       struct decider *decider,
				       const struct setter_view *view,
				       struct error *error);

/** parameters_shift - LTV and LT so much higher or lower, as far as Aave lets
 *  them be. */
void parameters_shift(struct parameters *p, int32_t shift_bps);

/** setter_rule - any other setter.  Cost: a sort of the window a asset. */
void setter_rule(struct setter_wish *out, enum setter setter,
		 const struct setter_view *view, struct arena *arena);

#endif
