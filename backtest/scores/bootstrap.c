/* bootstrap.c -- see bootstrap.h.
 *
 * A replicate needs only the sums of its blocks, which prefix sums of the
 * columns, less their means, give at once. */
#include "backtest/scores/bootstrap.h"

#include <math.h>
#include <stdbool.h>

#include "models/elementary.h"
#include "models/loss/statistics.h"

#define EACH 64 /* replicates of a task */

struct work {
	const struct bootstrap_data *data;
	const struct bootstrap_plan *plan;
	size_t columns;
	double block, log_stay;
	double means[BOOTSTRAP_COLUMNS_MAX];
	double *prefix[BOOTSTRAP_COLUMNS_MAX]; /* [n + 1] sums less the mean */
	double *values;                        /* [replicates], NaN: none */
};

static size_t columns_of(enum bootstrap_statistic statistic)
{
	switch (statistic) {
	case BOOTSTRAP_MEAN:
		return 1;
	case BOOTSTRAP_RATIO:
	case BOOTSTRAP_DIFFERENCE:
		return 2;
	case BOOTSTRAP_RATIO_DIFFERENCE:
		return 4;
	}
	return 0;
}

/* Does column k stand below a line? */
static bool divides(enum bootstrap_statistic statistic, size_t k)
{
	return (k & 1) && statistic != BOOTSTRAP_DIFFERENCE;
}

static double ratio_of(double above, double below)
{
	return below > 0.0 ? above / below : (double)NAN;
}

static double statistic_of(enum bootstrap_statistic statistic,
			   const double *means)
{
	switch (statistic) {
	case BOOTSTRAP_MEAN:
		return means[0];
	case BOOTSTRAP_RATIO:
		return ratio_of(means[0], means[1]);
	case BOOTSTRAP_DIFFERENCE:
		return means[0] - means[1];
	case BOOTSTRAP_RATIO_DIFFERENCE:
		return ratio_of(means[0], means[1]) -
		       ratio_of(means[2], means[3]);
	}
	return (double)NAN;
}

static enum status check_column(const struct bootstrap_data *d, size_t k)
{
	bool below = divides(d->statistic, k), any = false;

	for (size_t t = 0; t < d->n; t++) {
		double x = d->columns[k][t];

		if (!(fabs(x) < 1e100) || (below && x < 0.0))
			return E_INPUT;
		any = any || x > 0.0;
	}
	return below && !any ? E_MISSING : OK;
}

static enum status check(const struct bootstrap_data *d,
			 const struct bootstrap_plan *plan)
{
	enum status status = OK;

	if (d->n < BOOTSTRAP_STEPS_MIN || d->n > BOOTSTRAP_STEPS_MAX ||
	    plan->replicates < BOOTSTRAP_REPLICATES_MIN ||
	    plan->replicates > BOOTSTRAP_REPLICATES_MAX ||
	    !(plan->level > 0.0 && plan->level < 1.0) ||
	    !(plan->block == 0.0 || plan->block >= 1.0) ||
	    !(plan->block_least >= 0.0) || !(fabs(plan->null) < 1e100))
		return E_INPUT;
	for (size_t k = 0; k < columns_of(d->statistic) && !status; k++)
		status = check_column(d, k);
	return status;
}

static enum status sum_columns(struct work *w, struct arena *arena)
{
	size_t n = w->data->n;

	for (size_t k = 0; k < w->columns; k++) {
		const double *x = w->data->columns[k];

		w->prefix[k] = ARENA_NEW(arena, double, n + 1);
		if (!w->prefix[k])
			return E_LIMIT;
		w->means[k] = loss_mean(x, NULL, n);
		for (size_t t = 0; t < n; t++)
			w->prefix[k][t + 1] = w->prefix[k][t] +
					      (x[t] - w->means[k]);
	}
	return OK;
}

/* How the statistic moves with step t, to first order. */
static double influence(const struct work *w, size_t t)
{
	const double *const *x = w->data->columns;
	const double *m = w->means;
	double first = x[0][t];

	switch (w->data->statistic) {
	case BOOTSTRAP_MEAN:
		return first;
	case BOOTSTRAP_DIFFERENCE:
		return first - x[1][t];
	case BOOTSTRAP_RATIO:
		return (first - m[0] / m[1] * x[1][t]) / m[1];
	case BOOTSTRAP_RATIO_DIFFERENCE:
		return (first - m[0] / m[1] * x[1][t]) / m[1] -
		       (x[2][t] - m[2] / m[3] * x[3][t]) / m[3];
	}
	return 0.0;
}

static enum status choose_block(struct work *w, struct arena *arena)
{
	size_t mark = arena_mark(arena), n = w->data->n;
	double *x;

	w->block = w->plan->block;
	if (w->block == 0.0) {
		x = ARENA_NEW(arena, double, n);
		if (!x)
			return E_LIMIT;
		for (size_t t = 0; t < n; t++)
			x[t] = influence(w, t);
		w->block = bootstrap_block_length(x, n, w->plan->blocks);
		arena_reset(arena, mark);
		if (w->block < w->plan->block_least)
			w->block = w->plan->block_least;
	}
	if (w->plan->blocks == BOOTSTRAP_CIRCULAR)
		w->block = (double)(size_t)(w->block + 0.5);
	if (w->block > (double)n)
		w->block = (double)n;
	w->log_stay = elementary_log1p(-1.0 / w->block);
	return OK;
}

/* Length of a block, at most `left`. */
static size_t length_of(const struct work *w, double u, size_t left)
{
	double length = w->block;

	if (w->plan->blocks == BOOTSTRAP_STATIONARY)
		length = w->block > 1.0
				 ? 1.0 + elementary_log(u) / w->log_stay
				 : 1.0;
	return length < (double)left ? (size_t)length : left;
}

/* Adds the block [from, from + length) of the circle. */
static void add_block(double *sums, const struct work *w, size_t from,
		      size_t length)
{
	size_t n = w->data->n, to = from + length;

	for (size_t k = 0; k < w->columns; k++) {
		const double *prefix = w->prefix[k];

		if (to <= n)
			sums[k] += prefix[to] - prefix[from];
		else
			sums[k] += prefix[n] - prefix[from] + prefix[to - n];
	}
}

static double replicate(const struct work *w, uint32_t path)
{
	struct rng_counter counter = { path, 0, w->plan->stream };
	double sums[BOOTSTRAP_COLUMNS_MAX] = { 0.0 };
	size_t n = w->data->n;

	for (size_t left = n; left; counter.step++) {
		double u[2];
		size_t from, length;

		rng_uniforms(u, w->plan->key, &counter);
		from = (size_t)(u[0] * (double)n);
		length = length_of(w, u[1], left);
		add_block(sums, w, from < n ? from : n - 1, length);
		left -= length;
	}
	for (size_t k = 0; k < w->columns; k++)
		sums[k] = w->means[k] + sums[k] / (double)n;
	return statistic_of(w->data->statistic, sums);
}

static void replicate_some(void *context, size_t task)
{
	struct work *w = context;
	uint32_t from = (uint32_t)task * EACH;

	for (uint32_t path = from;
	     path < from + EACH && path < w->plan->replicates; path++)
		w->values[path] = replicate(w, path);
}

/* Puts those that exist in front. */
static uint32_t keep_existing(double *values, uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++)
		if (fabs(values[i]) < (double)INFINITY)
			values[kept++] = values[i];
	return kept;
}

static double deviation_of(const double *values, uint32_t count)
{
	double mean = loss_mean(values, NULL, count), squares = 0.0;

	for (uint32_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (double)(count - 1));
}

/* Share of replicates as far from the value as the value is from null. */
static double p_of(const struct bootstrap_result *r, const double *values,
		   double null)
{
	double distance = fabs(r->value - null) * (1.0 - 1e-12);
	uint32_t far = 0;

	for (uint32_t i = 0; i < r->replicates; i++)
		far += fabs(values[i] - r->value) >= distance;
	return (1.0 + far) / (1.0 + r->replicates);
}

static enum status summarise(struct bootstrap_result *out, struct work *w,
			     struct arena *arena)
{
	struct bootstrap_result r = { .block = w->block };
	size_t *order, edge;
	enum status status;

	r.value = statistic_of(w->data->statistic, w->means);
	r.replicates = keep_existing(w->values, w->plan->replicates);
	if (2 * r.replicates <= w->plan->replicates)
		return E_MISSING;
	order = ARENA_NEW(arena, size_t, r.replicates);
	if (!order)
		return E_LIMIT;
	status = loss_sort(order, w->values, r.replicates, arena);
	if (status)
		return status;
	edge = (size_t)(0.5 * (1.0 - w->plan->level) *
			(double)(r.replicates - 1) + 0.5);
	r.low = w->values[order[edge]];
	r.high = w->values[order[r.replicates - 1 - edge]];
	r.error = deviation_of(w->values, r.replicates);
	r.p = p_of(&r, w->values, w->plan->null);
	*out = r;
	return OK;
}

enum status bootstrap(struct bootstrap_result *out,
		      const struct bootstrap_data *data,
		      const struct bootstrap_plan *plan, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct work w = { .data = data, .plan = plan,
			  .columns = columns_of(data->statistic) };
	enum status status = check(data, plan);

	if (!status)
		status = sum_columns(&w, arena);
	if (!status)
		status = choose_block(&w, arena);
	if (!status) {
		w.values = ARENA_NEW(arena, double, plan->replicates);
		status = w.values ? OK : E_LIMIT;
	}
	if (!status) {
		parallel_run(plan->parallel, replicate_some, &w,
			     (plan->replicates + EACH - 1) / EACH);
		status = summarise(out, &w, arena);
	}
	arena_reset(arena, mark);
	return status;
}

enum status bootstrap_mean(struct bootstrap_result *out, const double *values,
			   size_t n, const struct bootstrap_plan *plan,
			   struct arena *arena)
{
	struct bootstrap_data data = { BOOTSTRAP_MEAN, { values }, n };

	return bootstrap(out, &data, plan, arena);
}
