/* quality_internal.h -- shared by the files of feeds/quality only. */
#ifndef FEEDS_QUALITY_QUALITY_INTERNAL_H
#define FEEDS_QUALITY_QUALITY_INTERNAL_H

#include "feeds/quality/quality.h"

/** quality_stale_after_s - how old a source's newest may be; 0: unknown. */
int64_t quality_stale_after_s(const struct quality_source *source,
			      const struct quality_memory *memory);

/** quality_deviation - of log returns over `seconds`, from what the source did
 *  and not below the rules' least. */
double quality_deviation(const struct quality_memory *memory,
			 const struct quality_rules *rules, int64_t seconds);

/** quality_witnesses - which other families could say something of a price,
 *  and what they say. */
void quality_witnesses(struct quality_judgement *out,
		       const struct quality_state *state,
		       const struct quality_rules *rules,
		       const struct quality_observation *observation);

/** quality_sort - ascending, in place; few values. */
void quality_sort(double *values, size_t count);
/** quality_median - of sorted values; 0 of none. */
double quality_median(const double *values, size_t count);

#endif
