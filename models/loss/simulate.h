/* simulate.h -- bad debt of a book of positions along simulated prices.
 *
 * Pure.  Each path walks its steps; accounts whose health at the oracle's
 * prices falls below one are liquidated by the protocol's own integer rule
 * (models/positions/aave_engine.h) as far as a liquidator profits: what the
 * collateral fetches at the market, after the impact of everything sold so
 * far, pays for the debt, gas and margin.  Sales press the price for everyone
 * and the pressure decays with the book's half-life.  All calls of a step are
 * made at the same answers: they share what the market takes at the bonus, and
 * the oracle answers to what they sold with the next step.  Accounts that no
 * price of the path could touch are passed over without changing a result. */
#ifndef MODELS_LOSS_SIMULATE_H
#define MODELS_LOSS_SIMULATE_H

#include "models/liquidity/impact.h"
#include "models/parallel.h"
#include "models/positions/aave_engine.h"

/** When the oracle answers anew, and how long until someone acts on it.  All
 *  zero: at once. */
struct loss_oracle {
	double deviation;   /* share of the last answer */
	double heartbeat_s;
	double delay_s;     /* rounded to whole steps */
};

#define LOSS_DELAY_STEPS_MAX 15

/** The market at its candidate parameters. */
struct loss_market {
	size_t asset_count;
	struct engine_market engine; /* candidate values, prices of now */
	struct impact_curve curves[ASSETS_MAX];
	bool has_curve[ASSETS_MAX]; /* without one nothing can be sold */
	double cost;                /* gas and margin, share of a sale */
	struct loss_oracle oracle;
	/** Share of the debt that follows a threshold above threshold_now_bps
	 *  up to the same health; 0: nobody's. */
	double relever;
	uint32_t threshold_now_bps[ASSETS_MAX];
};

/** One call of a liquidator, as it happened. */
struct loss_call {
	size_t account;            /* of the book */
	uint8_t collateral, debt;  /* reserves */
	double health;             /* before it, at the prices seen */
	double collateral_usd, debt_usd; /* prices seen */
	struct engine_liquidation done;
};

/** Accounts with debt; holdings hang in the arena. */
struct loss_book {
	size_t account_count;
	const struct engine_account *accounts;
	size_t holding_count;  /* sum over accounts */
	size_t residual_count; /* the last so many are unproven: their debt
				* follows a higher threshold whole */
};

/** Price ratios to now, [path][step][asset], steps of step_s seconds. */
struct loss_paths {
	size_t path_count, step_count, asset_count;
	double step_s;
	const double *ratios;
	const double *low, *high; /* [path][asset] over the steps and now, or
				   * NULL: found here */
	const double *depth;      /* [path] share of depth left; NULL: 1 */
	const uint32_t *only;     /* these paths alone; NULL: all */
	size_t only_count;
};

/** How far prices went when a path was walked before, [path][asset] USD, the
 *  pressure of sales included; 0 where nothing is known.  A book that is
 *  walked at one point after the other finds the accounts in reach at once
 *  instead of walk by walk; no result depends on it. */
struct loss_reach {
	double *low_usd, *high_usd;
};

/** Where and how to compute. */
struct loss_run {
	const struct parallel *parallel; /* NULL: serial */
	struct arena *arena; /* loss_memory() bytes */
	const struct loss_reach *reach; /* read and widened; NULL: none */
	/** A path that has lost more is not walked to its end: its loss is then
	 *  only known to be above, its other results say nothing.  0: none. */
	double enough_usd;
};

struct loss_result {
	double *loss_usd;       /* [path] bad debt at the horizon */
	double *asset_loss_usd; /* [path][asset] by the account's collateral */
	double *liquidated_usd; /* [path] debt repaid by liquidators */
	uint32_t *liquidated_accounts; /* [path], or NULL */
};

/**
 * simulate_losses - bad debt per path.
 *
 * Out:     result   arrays of the caller, sizes above; paths that are not
 *                   asked for are left alone
 * In:      market, book, paths
 *          run      results do not depend on the parallelism
 * Returns: OK, E_LIMIT arena too small, E_RANGE an account's integers overflow
 * Cost:    O(paths * holdings) to find the accounts in reach, and
 *          O(steps * holdings) for each path that has any */
MUST_CHECK enum status simulate_losses(struct loss_result *result,
				       const struct loss_market *market,
				       const struct loss_book *book,
				       const struct loss_paths *paths,
				       const struct loss_run *run);

/** loss_memory - bytes of arena that simulate_losses takes for a book. */
size_t loss_memory(size_t account_count, size_t holding_count);

/** loss_memory_of_one - the same for a run of a single path. */
size_t loss_memory_of_one(size_t account_count, size_t holding_count);

#endif
