/* margin.h -- the law of one asset's standardised residuals, as a map from the
 * t variate that the assets' dependence is drawn with.
 *
 * Pure.  In the middle the residuals' own distribution, beyond the thresholds
 * on either side generalised Pareto tails (models/tails/generalised_pareto.h
 * has the rule), the whole shifted and scaled to mean 0 and variance 1 as the
 * map is read by models/paths.h (to 5e-4).  Not a model of how residuals follow each
 * other: that is the filter's part. */
#ifndef MODELS_TAILS_MARGIN_H
#define MODELS_TAILS_MARGIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "models/paths.h"
#include "models/tails/generalised_pareto.h"

#define MARGIN_RESIDUALS_MIN 250
#define MARGIN_CAP 50.0 /* largest residual, in the sample's deviations */

struct margin_request {
	const double *residuals; /* [count], any mean and variance */
	const uint8_t *present;	 /* [count] 0: no residual; NULL: all there */
	size_t count;
	unsigned degrees; /* of the t variate, 3 .. 200; 0: normal */
	bool symmetric;	  /* each residual counts with both signs */
};

/**
 * margin_build - value[] at the points of struct path_margin.
 *
 * Beyond the last point but the cap (8 standard deviations of the variate),
 * where a straight line would be coarse, the cap is chosen such that the mean
 * beyond that point is the tail's own.
 * Out:     out; untouched unless OK
 * Returns: OK; E_INPUT a residual that is there is not finite, or degrees;
 *          E_MISSING fewer than MARGIN_RESIDUALS_MIN residuals, or a tail
 *          without enough distinct values; E_LIMIT arena
 * Cost:    two fits of a tail and four sorts: 1.7 ms for 2,000 residuals; 45
 *          bytes of arena a residual, 85 if symmetric
 * Source:  McNeil and Frey (2000), Journal of Empirical Finance 7 */
MUST_CHECK enum status margin_build(struct path_margin *out,
				    const struct margin_request *request,
				    struct arena *arena);

/** The same in three steps, of which the first needs no degrees and the second
 *  no residuals. */
struct margin_law {
	const double *sorted; /* [n] residuals */
	size_t n;
	struct pareto_fit upper, lower; /* the lower of the negated */
	double cap_low, cap_high;
	bool symmetric;
};

/** The variate's share of each cell above 0, and its first two moments there
 *  about the cell's left edge, in cells; below 0 it is the mirror image. */
#define MARGIN_CELLS (PATH_MARGIN_CELLS / 2)
struct margin_cells {
	double above[MARGIN_CELLS]; /* P(X > left edge) */
	double mass[MARGIN_CELLS], first[MARGIN_CELLS], second[MARGIN_CELLS];
};

/** margin_fit - the law of the residuals; request->degrees is not looked at.
 *  Out: out; sorted [count, twice if symmetric], which it keeps.
 *  Returns: as margin_build. */
MUST_CHECK enum status margin_fit(struct margin_law *out, double *sorted,
				  const struct margin_request *request,
				  struct arena *arena);
/** margin_measure - the variate's cells.  E_INPUT: degrees. */
MUST_CHECK enum status margin_measure(struct margin_cells *out,
				      unsigned degrees);
/** margin_map - what margin_build makes of both. */
void margin_map(struct path_margin *out, const struct margin_law *law,
		const struct margin_cells *cells);

#endif
