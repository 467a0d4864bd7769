/* tail_table.h -- the lower tail of a standardised law, tabulated.
 *
 * Pure.  A mixture's quantile asks for seventeen distribution functions a
 * dozen times a bar; between the knots log probability is linear in the
 * quantile.  Quantiles are within 0.13 % of the law's for probabilities in
 * [1e-6, 0.05] and nu >= 2.1, and within 0.0025 deviations up to 0.3. */
#ifndef MODELS_ENSEMBLE_TAIL_TABLE_H
#define MODELS_ENSEMBLE_TAIL_TABLE_H

#include "models/tails/skewed_t.h"

#define TAIL_KNOTS 64

struct tail_table {
	double quantile[TAIL_KNOTS];  /* ascending */
	double shortfall[TAIL_KNOTS]; /* mean below each */
};

/** tail_knot - log of knot k's probability: 1e-6 to 0.3. */
double tail_knot(int k);

/** tail_table_of_law - TAIL_KNOTS quantiles: about 100 us for Student-t. */
void tail_table_of_law(struct tail_table *out, const struct skewed_t *law);

/** Excesses below -threshold, of `share` of all: generalised Pareto; between
 *  there and the median log probability is linear. */
struct pareto_tail {
	double threshold, share, shape, scale;
};
void tail_table_of_pareto(struct tail_table *out,
			  const struct pareto_tail *tail);

/** What lies below z: log probability, its slope, the mean. */
struct tail_reading {
	double log_p, slope, shortfall;
};
/** tail_read - beyond the last knots the ends' slopes go on. */
struct tail_reading tail_read(const struct tail_table *table, double z);

/** tail_quantile / tail_shortfall - at log probability, inside the knots. */
double tail_quantile(const struct tail_table *table, double log_p);
double tail_shortfall(const struct tail_table *table, double log_p);

#endif
