/* shortfall.c -- see shortfall.h. */
#include "backtest/scores/shortfall.h"

#include "models/elementary.h"

#define SHAPE_MAX 0.9
#define SHAPE_NONE 1e-9

/* Sum of ret / es over the hits of a series, and how many there are. */
struct hits {
	double sum, count;
};

static struct hits observed_of(const struct coverage_data *d)
{
	struct hits h = { 0.0, 0.0 };

	for (size_t t = 0; t < d->n; t++) {
		h.sum += coverage_shortfall_part(d, t);
		h.count += coverage_is_hit(d, t) ? 1.0 : 0.0;
	}
	return h;
}

/* Excess of a Pareto tail with mean 1 at a probability u of more. */
static double excess_of(double u, double shape)
{
	double log_u = elementary_log(u);

	if (shape < SHAPE_NONE)
		return -log_u;
	return (1.0 - shape) * elementary_expm1(-shape * log_u) / shape;
}

/* One series under the null.  From hit to hit by the geometric law of gaps, so
 * that only hits cost. */
static struct hits drawn_of(const struct coverage_data *d,
			    const struct shortfall_null *null, uint32_t draw)
{
	struct rng_counter counter = { draw, 0, SHORTFALL_STREAM };
	double log_miss = elementary_log1p(-d->p), at = -1.0;
	struct hits h = { 0.0, 0.0 };

	for (;; counter.step++) {
		double u[2], gap, loss;
		size_t t;

		rng_uniforms(u, null->key, &counter);
		gap = elementary_log(u[0]) / log_miss;
		if (!(gap + at + 1.0 < (double)d->n))
			return h;
		at += 1.0 + (double)(size_t)gap;
		t = (size_t)at;
		loss = d->quantile[t] - (d->quantile[t] - d->shortfall[t]) *
						excess_of(u[1], null->shape);
		h.sum += loss / d->shortfall[t];
		h.count += 1.0;
	}
}

static double z1_of(struct hits h)
{
	return 1.0 - h.sum / h.count;
}

static double z2_of(struct hits h, const struct coverage_data *d)
{
	return 1.0 - h.sum / ((double)d->n * d->p);
}

static enum status check(const struct coverage_data *d,
			 const struct shortfall_null *null)
{
	enum status status = coverage_shortfall_check(d);

	if (status)
		return status;
	if (d->n > UINT32_MAX || null->draws < SHORTFALL_DRAWS_MIN ||
	    null->draws > SHORTFALL_DRAWS_MAX ||
	    !(null->shape >= 0.0 && null->shape <= SHAPE_MAX))
		return E_INPUT;
	for (size_t t = 0; t < d->n; t++)
		if (!(d->quantile[t] < 0.0 &&
		      d->shortfall[t] <= d->quantile[t]))
			return E_INPUT;
	return OK;
}

enum status shortfall_test(struct shortfall_test *out,
			   const struct coverage_data *data,
			   const struct shortfall_null *null)
{
	struct shortfall_test result = { 0 };
	uint32_t low[2] = { 0, 0 };
	struct hits seen;
	enum status status = check(data, null);

	if (status)
		return status;
	seen = observed_of(data);
	result.hits = (size_t)seen.count;
	result.has_z1 = result.hits > 0;
	result.z1 = result.has_z1 ? z1_of(seen) : 0.0;
	result.z2 = z2_of(seen, data);
	for (uint32_t draw = 0; draw < null->draws; draw++) {
		struct hits h = drawn_of(data, null, draw);

		low[1] += z2_of(h, data) <= result.z2;
		if (h.count > 0.0) {
			result.z1_draws++;
			low[0] += z1_of(h) <= result.z1;
		}
	}
	result.z1_p = result.has_z1 ? (1.0 + low[0]) / (1.0 + result.z1_draws)
				    : 1.0;
	result.z2_p = (1.0 + low[1]) / (1.0 + null->draws);
	*out = result;
	return OK;
}

enum status coverage_thinned(struct coverage_data *out,
			     const struct coverage_data *data, size_t horizon,
			     size_t offset, struct arena *arena)
{
	size_t mark = arena_mark(arena), n;
	double *columns[3];

	if (!horizon || offset >= horizon || offset >= data->n)
		return E_INPUT;
	n = (data->n - offset + horizon - 1) / horizon;
	for (int k = 0; k < 3; k++) {
		columns[k] = ARENA_NEW(arena, double, n);
		if (!columns[k]) {
			arena_reset(arena, mark);
			return E_LIMIT;
		}
	}
	for (size_t i = 0; i < n; i++) {
		size_t t = offset + i * horizon;

		columns[0][i] = data->returns[t];
		columns[1][i] = data->quantile[t];
		columns[2][i] = data->shortfall ? data->shortfall[t] : 0.0;
	}
	*out = (struct coverage_data){ columns[0], columns[1],
				       data->shortfall ? columns[2] : NULL, n,
				       data->p };
	return OK;
}

/* Blocks that hold a horizon at least. */
static struct bootstrap_plan blocks_of(const struct bootstrap_plan *plan,
				       size_t horizon, double null)
{
	struct bootstrap_plan blocks = *plan;

	if (blocks.block_least < (double)horizon)
		blocks.block_least = (double)horizon;
	blocks.null = null;
	return blocks;
}

enum status coverage_overlapping_share(struct bootstrap_result *out,
				       const struct coverage_data *data,
				       size_t horizon,
				       const struct bootstrap_plan *plan,
				       struct arena *arena)
{
	struct bootstrap_plan blocks = blocks_of(plan, horizon, data->p);
	size_t mark = arena_mark(arena);
	enum status status = coverage_check(data);
	double *hits;

	if (status || !horizon || horizon > data->n)
		return E_INPUT;
	hits = ARENA_NEW(arena, double, data->n);
	if (!hits)
		return E_LIMIT;
	for (size_t t = 0; t < data->n; t++)
		hits[t] = coverage_is_hit(data, t) ? 1.0 : 0.0;
	status = bootstrap_mean(out, hits, data->n, &blocks, arena);
	arena_reset(arena, mark);
	return status;
}

enum status coverage_overlapping(struct overlapping_test *out,
				 const struct coverage_data *data,
				 size_t horizon,
				 const struct bootstrap_plan *plan,
				 struct arena *arena)
{
	struct bootstrap_plan blocks = blocks_of(plan, horizon, 0.0);
	size_t mark = arena_mark(arena);
	struct overlapping_test result;
	enum status status = coverage_shortfall_check(data);
	double *parts;

	if (status)
		return E_INPUT;
	status = coverage_overlapping_share(&result.share, data, horizon, plan,
					    arena);
	if (status)
		return status;
	parts = ARENA_NEW(arena, double, data->n);
	if (!parts)
		return E_LIMIT;
	for (size_t t = 0; t < data->n; t++)
		parts[t] = 1.0 - coverage_shortfall_part(data, t) / data->p;
	status = bootstrap_mean(&result.z2, parts, data->n, &blocks, arena);
	if (!status)
		*out = result;
	arena_reset(arena, mark);
	return status;
}
