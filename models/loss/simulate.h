/* simulate.h -- bad debt of a book of positions along simulated prices.
 *
 * Pure.  Each path walks its steps; accounts whose health falls below one are
 * liquidated by the protocol's own integer rule (models/positions/aave_engine.h) as
 * far as a liquidator profits: bonus > impact + gas + margin at the depth that
 * earlier sales left.  Sales press the price for everyone and the pressure
 * decays with the book's half-life. */
#ifndef MODELS_LOSS_SIMULATE_H
#define MODELS_LOSS_SIMULATE_H

#include "models/liquidity/impact.h"
#include "models/parallel.h"
#include "models/positions/aave_engine.h"

/** The market at its candidate parameters. */
struct loss_market {
	size_t asset_count;
	struct engine_market engine;
	struct impact_curve curves[ASSETS_MAX];
	bool has_curve[ASSETS_MAX]; /* without one nothing can be sold */
	double cost;                /* gas and margin, share of a sale */
};

/** Accounts with debt; holdings hang in the arena. */
struct loss_book {
	size_t account_count;
	const struct engine_account *accounts;
	size_t holding_count; /* sum over accounts */
};

/** Price ratios to now, [path][step][asset], steps of step_s seconds. */
struct loss_paths {
	size_t path_count, step_count, asset_count;
	double step_s;
	const double *ratios;
};

/** Where and how to compute. */
struct loss_run {
	const struct parallel *parallel; /* NULL: serial */
	struct arena *arena;             /* about 80 bytes a holding a task */
};

struct loss_result {
	double *loss_usd;       /* [path] bad debt at the horizon */
	double *asset_loss_usd; /* [path][asset] by the account's collateral */
	double *liquidated_usd; /* [path] debt repaid by liquidators */
};

/**
 * simulate_losses - bad debt per path.
 *
 * Out:     result   arrays of the caller, sizes above
 * In:      market, book, paths
 *          run      results do not depend on the parallelism
 * Returns: OK, E_LIMIT arena too small, E_RANGE an account's integers overflow
 * Cost:    O(paths * steps * holdings) plus liquidations */
MUST_CHECK enum status simulate_losses(struct loss_result *result,
				       const struct loss_market *market,
				       const struct loss_book *book,
				       const struct loss_paths *paths,
				       const struct loss_run *run);

#endif
