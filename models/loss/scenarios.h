/* scenarios.h -- named stress paths: the shapes of known crises, and of some
 * that have not happened, each scaled to the market at hand.
 *
 * Pure.  A scenario is no forecast and has no probability: it asks what the
 * book would lose if such a day came now.  A shape says when which share of
 * the whole fall is reached; the size of an asset's fall is the worse of
 *   - so many of its own deviations over the horizon, and
 *   - the crisis's own fall times the asset's beta, its deviation over the
 *     median one of the market, within [1/2, 2].
 * No asset falls by more than SCENARIO_FALL_MAX.  Stables fall in the depegs
 * alone.
 * Source: public prices of those days, rounded; see scenarios.c */
#ifndef MODELS_LOSS_SCENARIOS_H
#define MODELS_LOSS_SCENARIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCENARIO_KNOTS_MAX 8
#define SCENARIO_FALL_MAX 3.0 /* log price: 5 % of it are left */
#define SCENARIO_BETA_MIN 0.5
#define SCENARIO_BETA_MAX 2.0

/** How an asset takes part; a plain flag `is stable` will do. */
enum scenario_part {
	SCENARIO_VOLATILE = 0,
	SCENARIO_STABLE = 1, /* loses its peg in the depegs, else stays at 1 */
	SCENARIO_STAKED = 2, /* a claim on a volatile asset: a discount on top */
	SCENARIO_KEPT = 3,   /* stays at 1 always: for the depeg of one stable
			      * against the others, run it with these kept */
};

/** Whom a scenario hits, and how. */
enum scenario_reach {
	SCENARIO_ALL,      /* each by its own size */
	SCENARIO_TOGETHER, /* each as the most volatile would at beta 1 */
	SCENARIO_ONE,      /* the most volatile; the others a tenth of theirs */
};

struct scenario_knot {
	double time; /* share of the horizon, ascending, the last is 1 */
	double fall; /* share of the whole fall, in [0, 1] */
};

struct scenario {
	const char *name; /* lower case, stable, below 24 characters */
	enum scenario_reach reach;
	double market_fall; /* log price, > 0 down; at beta 1 at least */
	double deviations;  /* of the asset over the horizon */
	double stable_fall; /* log price of stables; 0 but in the depegs */
	double staked_fall; /* log price, of claims on top of the asset's */
	double depth;       /* share of depth that is left, (0, 1] */
	size_t knot_count;
	struct scenario_knot knots[SCENARIO_KNOTS_MAX]; /* from (0, 0) */
};

struct scenario_request {
	size_t step_count, asset_count;
	double step_s;           /* > 0 */
	double horizon_s;        /* > 0; later steps stay at the last knot */
	const double *deviation; /* [asset] of the log return over the horizon;
				  * what is no number counts as 0 */
	const uint8_t *stable;   /* [asset] enum scenario_part */
};

/** scenario_count / scenario_at - the table, in a fixed order; NULL beyond. */
size_t scenario_count(void);
const struct scenario *scenario_at(size_t index);

/**
 * scenario_ratios - price over today's at the end of every step.
 *
 *   All are in (0, 1].  A larger deviation of an asset never makes its own
 *   fall smaller, at any step; the order of assets does not matter.
 *
 * Out:     ratios    [step][asset]
 * Cost:    O(assets^2 + steps * assets), no memory */
void scenario_ratios(double *ratios, const struct scenario *scenario,
		     const struct scenario_request *request);

#endif
