/* paths_internal.h -- what the files of models/paths*.c share; private to
 * them and to their tests. */
#ifndef MODELS_PATHS_INTERNAL_H
#define MODELS_PATHS_INTERNAL_H

#include "models/paths.h"
#include "models/rng.h"
#include "models/volatility/lanes.h"

#define SCALE_CELLS 512
#define SCALE_REACH 8.625 /* normals of models/rng.h end at 8.58 */

/** scale(y) = sqrt((nu - 2) / W(y)), W the chi-square quantile at the level
 *  that a standard normal y has: one normal gives the scale of a t variate.
 *  Cubic between points by value and slope (times the cell's width). */
struct scale_table {
	double points[2 * (SCALE_CELLS + 1)]; /* value and slope of each */
};

/** scale_table_build - for even degrees, 4 .. 200.  The points are exact to
 *  1e-14 (relative); between them scale_of is within 1e-7 at 4 degrees, 1e-8
 *  from 8 and 1e-9 from 20, the worst being beyond a level of 1e-9.
 *  Cost: about 0.5 ms
 *  Source: Abramowitz and Stegun 26.4.4, 26.4.5 (chi-square of even degrees);
 *  Newton's steps in log W, on whose scale the tails' logarithms are concave */
void scale_table_build(struct scale_table *table, unsigned degrees);

/** scale_of - of each lane, |y| < SCALE_REACH. */
LANES_INLINE lanes scale_of(const struct scale_table *table, lanes y)
{
	const lanes whole = lanes_all(0x1p52);
	lanes at = (y + SCALE_REACH) * (SCALE_CELLS / (2.0 * SCALE_REACH));
	lanes cell = (at - 0.5 + whole) - whole; /* at, rounded down */
	lanes_bits index = (lanes_bits)(cell + whole) ^ (lanes_bits)whole;
	const double *a = table->points + 2 * index[0];
	const double *b = table->points + 2 * index[1];
	const double *c = table->points + 2 * index[2];
	const double *d = table->points + 2 * index[3];
	lanes t = at - cell, rest = 1.0 - t;
	lanes left = { a[0], b[0], c[0], d[0] };
	lanes rise = { a[1], b[1], c[1], d[1] };
	lanes right = { a[2], b[2], c[2], d[2] };
	lanes fall = { a[3], b[3], c[3], d[3] };

	return rest * rest * ((1.0 + 2.0 * t) * left + t * rise) +
	       t * t * ((1.0 + 2.0 * rest) * right - rest * fall);
}

/** What the paths of a design share. */
struct generation {
	const struct path_output *out;
	const struct path_design *design;
	struct rng_key key;
	size_t bar_steps;
	double deviation[PATHS_ASSETS_MAX]; /* stressed */
	double rows[PATHS_ASSETS_MAX][PATHS_ASSETS_MAX]; /* of the factor */
	double market[PATHS_ASSETS_MAX]; /* the market's normal of z~ */
	double shift[PATHS_ASSETS_MAX];	 /* of z~ a step, odd pairs */
	double odd_share;		 /* of all pairs */
	struct scale_table scale;
};

/** paths_walk - the paths of LANES pairs from `pair`, a multiple of LANES; of
 *  which as many as the design has are stored. */
void paths_walk(const struct generation *g, uint32_t pair);

#endif
