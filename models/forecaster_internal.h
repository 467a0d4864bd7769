/* forecaster_internal.h -- shared by the forecaster*.c files only. */
#ifndef MODELS_FORECASTER_INTERNAL_H
#define MODELS_FORECASTER_INTERNAL_H

#include "models/forecaster.h"
#include "models/volatility/seasonality.h"

#define RANGE_FLOOR 1e-8 /* (1 bp)^2 */

struct seasonality forecaster_season(const struct volatility_state *state);
/** Deviation of a bar's return in the long run. */
double forecaster_scale(const struct volatility_state *state);

/** forecaster_refit - every expert on bars[0 .. count); tables anew. */
MUST_CHECK enum status forecaster_refit(struct forecaster *forecaster,
					const struct bar *bars, size_t count,
					struct arena *arena);

/** The ring of ranges: log variance over the floor, without season. */
void forecaster_ring_push(struct volatility_state *state, double variance);
void forecaster_ring_read(struct forecaster *forecaster);
/** HAR's and the learned expert's variances of the bar that opens then. */
void forecaster_set_ranged(struct forecaster *forecaster, int64_t time_s);
void forecaster_tables(struct forecaster *forecaster);

/** Losses of one bar: weights, sums, conformal levels, hits. */
void forecaster_judge(struct forecaster *forecaster,
		      const struct bar_score *score);

/** The one-bar mixture with a bar's season. */
void forecaster_mixture(struct mixture *out,
			const struct forecaster *forecaster, int64_t time_s);

#endif
