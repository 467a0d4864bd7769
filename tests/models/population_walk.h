/* population_walk.h -- the drawn population on a real history of prices,
 * measured as the users of the data are.  Host only. */
#ifndef TESTS_MODELS_POPULATION_WALK_H
#define TESTS_MODELS_POPULATION_WALK_H

#include <stddef.h>
#include <stdint.h>

/** Over windows of 18 h that begin with health 1 to 10. */
struct population_walk {
	double days;
	size_t changes;      /* of more than 1 % of the position's value */
	size_t ever_below;   /* borrowers seen with health below 1 */
	size_t borrowers;
	double nanoseconds;  /* wall time of a borrower's hour */
};

/** population_walk_run - borrowers of WETH against dollars along the hourly
 *  candles of ETH from from_s to to_s; nobody is liquidated. */
void population_walk_run(struct population_walk *out, const char *folder,
			 int64_t from_s, int64_t to_s);

#endif
