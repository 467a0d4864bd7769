/* decide_dependence.c -- residuals of all assets on one clock, and what they
 * say of moves that come together. */
#include "models/decide_work.h"

#include <string.h>

#include "models/dependence/dcc.h"
#include "models/dependence/t_copula.h"

#define DEGREES_MAX 30
#define ALIGN_BYTES_EACH 16u /* a residual and whether it is there */

/* Columns whose slot k is the same hour. */
struct aligned {
	struct residual_column columns[ASSETS_MAX];
	double *values[ASSETS_MAX];
	uint8_t *present[ASSETS_MAX];
	int64_t end_s;
	struct residual_table table; /* of the columns */
	double *matrix;              /* what correlates them */
	enum status status;
};

static enum status align(struct decide_work *work, size_t i,
			 struct arena *scratch)
{
	const struct asset_work *asset = &work->assets[i];
	struct aligned *to = work->paths.aligned;
	uint32_t slots = work->policy.window_bars;
	struct residuals residuals;
	enum status status =
		forecaster_residuals(&residuals, asset->state, asset->series,
				     &work->policy, scratch);

	for (size_t k = 0; !status && k < residuals.count; k++) {
		int64_t back = (to->end_s -
				asset->series->bars[k].open_time_s) /
			       (int64_t)work->policy.bar_interval_s;

		if (!residuals.present[k] || back >= (int64_t)slots)
			continue;
		to->values[i][slots - 1 - (size_t)back] = residuals.values[k];
		to->present[i][slots - 1 - (size_t)back] = 1;
	}
	return status;
}

static enum status align_all(struct aligned *out, struct decide_work *work)
{
	uint32_t slots = work->policy.window_bars;
	size_t most = 0;

	work->paths.aligned = out;
	for (size_t i = 0; i < work->asset_count; i++) {
		const struct series *series = work->assets[i].series;
		int64_t last = series->bars[series->count - 1].open_time_s;

		out->end_s = last > out->end_s ? last : out->end_s;
		most = series->count > most ? series->count : most;
		out->values[i] = ARENA_NEW(work->arena, double, slots);
		out->present[i] = ARENA_NEW(work->arena, uint8_t, slots);
		if (!out->values[i] || !out->present[i])
			return E_LIMIT;
		out->columns[i].values = out->values[i];
		out->columns[i].present = out->present[i];
	}
	return decide_each_asset(work, most * ALIGN_BYTES_EACH + 256, align);
}

/* Today's correlation where enough bars are common, else the long run's.  One
 * pair of hands does it: the other has margins to fit. */
static enum status correlate(double *matrix, const struct residual_table *table,
			     struct arena *arena)
{
	struct correlation_estimate mean;
	struct dcc_fit dcc;
	enum status status = correlation_estimate(&mean, table->columns,
						  table->assets, table->count);

	if (status)
		return status;
	status = dcc_fit_table(&dcc, table, mean.matrix, arena, NULL);
	if (status == E_LIMIT)
		return status;
	memcpy(matrix, status || !dcc.converged ? mean.matrix : dcc.next,
	       table->assets * table->assets * sizeof(*matrix));
	return OK;
}

static void correlate_beside(struct decide_work *work)
{
	struct aligned *aligned = work->paths.aligned;

	aligned->status = correlate(aligned->matrix, &aligned->table,
				    work->arena);
}

/* Joint tails need more common bars than a correlation does: where there are
 * too few, the heaviest margin decides. */
static enum status join(unsigned *degrees, const struct decide_work *work,
			const struct residual_table *table,
			const double *matrix)
{
	struct copula_limit limit = { DEGREES_MAX, work->arena,
				      work->parallel };
	double least = DEGREES_MAX;
	enum status status =
		t_copula_even_degrees(degrees, table, matrix, limit);

	if (!status || status == E_LIMIT)
		return status;
	for (size_t i = 0; i < work->asset_count; i++) {
		double nu = forecaster_degrees(
			&work->assets[i].state->volatility);

		least = nu < least ? nu : least;
	}
	*degrees = least < 4.0 ? 4 : (unsigned)least / 2 * 2;
	return OK;
}

enum status decide_dependence(struct decide_dependence *out,
			      struct decide_work *work,
			      decide_asset_task *meanwhile,
			      size_t scratch_bytes)
{
	size_t mark = arena_mark(work->arena);
	struct aligned aligned = {
		.table = { aligned.columns, work->asset_count,
			   work->policy.window_bars },
		.matrix = out->factor };
	enum status status = align_all(&aligned, work);

	if (!status)
		status = decide_each_asset_beside(work, scratch_bytes,
						  meanwhile, correlate_beside);
	if (!status)
		status = aligned.status;
	if (!status)
		status = join(&out->degrees, work, &aligned.table, out->factor);
	if (!status)
		status = linalg_factor(out->factor, work->asset_count);
	if (status)
		work->detail = "the correlation matrix cannot be factored";
	arena_reset(work->arena, mark);
	return status;
}
