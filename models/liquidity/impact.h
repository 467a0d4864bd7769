/* impact.h -- how far a sale moves the price, from quotes.
 *
 * Pure.  One curve per asset: quotes made monotone, linear between them, beyond
 * the last a power law in chords (0.6 % from it at most), and depth scaled by the market's share and by
 * stress.  Recovery after a sale is exponential. */
#ifndef MODELS_LIQUIDITY_IMPACT_H
#define MODELS_LIQUIDITY_IMPACT_H

#include "case/case.h"

/** Pieces of a quarter of an octave that the power law is drawn with; larger
 *  sizes take the law itself. */
#define IMPACT_PIECES 96u

/** A prepared curve. */
struct impact_curve {
	size_t count;
	double size_usd[CURVE_POINTS_MAX]; /* ascending, depth scaled */
	double impact[CURVE_POINTS_MAX];   /* share of price, non-decreasing */
	double tail_power;                 /* beyond the last point */
	double tail_impact[IMPACT_PIECES + 1]; /* where its pieces meet; the
					    * law's, also above 1 */
	double size_limit_usd;             /* depth ceiling: impact 1 beyond */
	double recovery_per_s;             /* ln 2 / half-life */
};

/**
 * impact_prepare - from quotes to a curve.
 *
 *   Impacts are made non-decreasing by pool-adjacent-violators with equal
 *   weights; sizes are multiplied by share * stress.
 *
 * Out:     curve        untouched unless OK
 * In:      points       [count] ascending sizes, whole USD; impacts in bps
 *          depth_bps    share * stress / 10000, in (0, 10000]
 *          ceiling_usd  quotes beyond are not trusted; 0 means none
 *          half_life_s  of the book's recovery, >= 1
 * Returns: OK, E_INPUT for no points or values out of range
 * Cost:    O(count^2), no memory
 * Source:  models.md section 5; Barlow et al. (1972) for the isotonic fit */
MUST_CHECK enum status impact_prepare(struct impact_curve *curve,
				      const struct liquidity_curve *quotes,
				      uint32_t depth_bps, uint64_t ceiling_usd,
				      uint32_t half_life_s);

/** impact_of - share of price lost selling size_usd at once, in [0, 1]. */
double impact_of(const struct impact_curve *curve, double size_usd);

/** impact_capacity - largest size whose impact is at most `impact`, USD. */
double impact_capacity(const struct impact_curve *curve, double impact);

/** impact_sellable - USD that can be sold within horizon_s keeping impact at
 *  most `impact`: capacity * (1 + recovery * horizon). */
double impact_sellable(const struct impact_curve *curve, double impact,
		       double horizon_s);

#endif
