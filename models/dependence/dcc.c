/* dcc.c -- the recursion and its likelihood; see dcc.h.
 *
 * The recursion is written in what Q has above S: Q = S + a E, where
 * E_{t+1} = (z z' - S) + b E_t does not depend on a, and dE/db follows the same
 * way.  So one pass carries two numbers a pair for Q and both derivatives. */
#include <math.h>
#include <string.h>

#include "models/dependence/dcc_internal.h"
#include "models/dependence/residuals.h"
#include "models/elementary.h"
#include "models/volatility/lanes.h"

#define N LINALG_ORDER_MAX
#define OVERLAP_MIN 50
#define LOG_2_PI 1.8378770664093454836
#define DIAGONAL_SLACK 1e-6
#define EIGENVALUE_LEAST 1e-6
/* With holes, rows of Q move apart and a correlation may pass 1: it stays here,
 * where 1 - rho^2 still has digits. */
#define RHO_MAX (1.0 - 1e-9)
#define PRODUCT_LEAST 1e-200 /* time to take the logarithm */

/** E of one pair or asset, and its derivative. */
struct excess {
	double value, by_b;
};

struct recursion {
	struct excess pairs[N][N]; /* j <= i */
	const double *target;
	size_t assets;
	double a, b;
};

/** One bar: [assets] each. */
struct bar {
	const double *values;
	const unsigned char *present;
};

static void recursion_begin(struct recursion *r, const double *target,
			    size_t assets, double a, double b)
{
	memset(r, 0, sizeof(*r));
	r->target = target;
	r->assets = assets;
	r->a = a;
	r->b = b;
}

static void recursion_step(struct recursion *r, const struct bar *bar)
{
	for (size_t i = 0; i < r->assets; i++)
		for (size_t j = 0; j <= i; j++) {
			struct excess *e = &r->pairs[i][j];
			double news = 0.0;

			if (bar->present[i] && bar->present[j])
				news = bar->values[i] * bar->values[j] -
				       r->target[j * r->assets + i];
			e->by_b = e->value + r->b * e->by_b;
			e->value = news + r->b * e->value;
		}
}

/** A number that depends on a and b. */
struct sloped {
	double value;
	struct dcc_slope slope;
};

static struct sloped element(const struct recursion *r, size_t i, size_t j)
{
	const struct excess *e = &r->pairs[i][j];

	return (struct sloped){ r->target[j * r->assets + i] + r->a * e->value,
				{ e->value, r->a * e->by_b } };
}

/* 1 / sqrt(Q_ii), and the slopes of its logarithm. */
static void find_scales(struct sloped *out, const struct recursion *r)
{
	for (size_t i = 0; i < r->assets; i++) {
		struct sloped q = element(r, i, i);

		out[i].value = 1.0 / sqrt(q.value);
		out[i].slope.by_a = -0.5 * q.slope.by_a / q.value;
		out[i].slope.by_b = -0.5 * q.slope.by_b / q.value;
	}
}

static struct sloped correlation_of(const struct sloped *q,
				    const struct sloped *left,
				    const struct sloped *right)
{
	double scale = left->value * right->value, rho = q->value * scale;

	if (!(fabs(rho) < RHO_MAX))
		return (struct sloped){ rho > 0.0 ? RHO_MAX : -RHO_MAX,
					{ 0.0, 0.0 } };
	return (struct sloped){
		rho,
		{ q->slope.by_a * scale +
			  rho * (left->slope.by_a + right->slope.by_a),
		  q->slope.by_b * scale +
			  rho * (left->slope.by_b + right->slope.by_b) } };
}

/** The likelihood so far.  Logarithms are of products of many terms. */
struct tally {
	double logarithms, product, squares;
	struct dcc_slope slope;
};

/* One pair at one bar: the bivariate normal density, but for 2 pi. */
static void count_pair(struct tally *tally, const struct sloped *rho, double x,
		       double y)
{
	double r = rho->value, rest = (1.0 - r) * (1.0 + r);
	double xy = x * y, squares = x * x + y * y;
	double by_rho = r / rest + ((1.0 + r * r) * xy - r * squares) /
					   (rest * rest);

	tally->squares += (squares - 2.0 * r * xy) / rest;
	tally->slope.by_a += by_rho * rho->slope.by_a;
	tally->slope.by_b += by_rho * rho->slope.by_b;
	tally->product *= rest;
	if (tally->product < PRODUCT_LEAST) {
		tally->logarithms += elementary_log(tally->product);
		tally->product = 1.0;
	}
}

static void count_bar(struct tally *tally, const struct recursion *r,
		      const struct bar *bar)
{
	struct sloped scales[N];

	find_scales(scales, r);
	for (size_t i = 1; i < r->assets; i++) {
		if (!bar->present[i])
			continue;
		for (size_t j = 0; j < i; j++) {
			struct sloped q, rho;

			if (!bar->present[j])
				continue;
			q = element(r, i, j);
			rho = correlation_of(&q, scales + i, scales + j);
			count_pair(tally, &rho, bar->values[i],
				   bar->values[j]);
		}
	}
}

void dcc_evaluate(struct dcc_value *out, const struct dcc_data *data, double a,
		  double b)
{
	struct tally tally = { 0.0, 1.0, 0.0, { 0.0, 0.0 } };
	struct recursion recursion;

	recursion_begin(&recursion, data->target, data->assets, a, b);
	for (size_t t = 0; t < data->count; t++) {
		struct bar bar = { data->values + t * data->assets,
				   data->present + t * data->assets };

		count_bar(&tally, &recursion, &bar);
		recursion_step(&recursion, &bar);
	}
	tally.logarithms += elementary_log(tally.product);
	out->slope = tally.slope;
	out->log_likelihood = -0.5 * (tally.logarithms + tally.squares) -
			      (double)data->terms * LOG_2_PI;
}

/** Four points at once, a lane each, without slopes. */
struct four {
	lanes excess[N][N]; /* j <= i */
	lanes a, b;
	lanes logarithms, product, squares;
};

LANES_INLINE lanes four_element(const struct four *f, const double *target,
				size_t i, size_t j)
{
	return *target + f->a * f->excess[i][j];
}

/* As count_pair. */
LANES_INLINE void count_four(struct four *f, lanes rho, double x, double y)
{
	const lanes most = lanes_all(RHO_MAX);
	lanes_bits inside = (lanes_bits)(lanes_size(rho) < most), low;
	lanes edge = lanes_select((lanes_bits)(rho > 0.0), most, -most), rest;

	rho = lanes_select(inside, rho, edge);
	rest = (1.0 - rho) * (1.0 + rho);
	f->squares += ((x * x + y * y) - 2.0 * rho * (x * y)) / rest;
	f->product *= rest;
	low = (lanes_bits)(f->product < PRODUCT_LEAST);
	if (!lanes_any(low))
		return;
	for (int k = 0; k < LANES; k++)
		if (low[k]) {
			f->logarithms[k] += elementary_log(f->product[k]);
			f->product[k] = 1.0;
		}
}

LANES_INLINE void pass_bar(struct four *f, const struct dcc_data *data,
			   const struct bar *bar)
{
	size_t n = data->assets;
	lanes scales[N];

	for (size_t i = 0; i < n; i++)
		scales[i] = 1.0 / lanes_sqrt(four_element(
					  f, &data->target[i * n + i], i, i));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++) {
			const double *target = &data->target[j * n + i];
			double x = bar->values[i], y = bar->values[j];
			bool there = bar->present[i] && bar->present[j];
			double news = there ? x * y - *target : 0.0;

			if (there && j < i)
				count_four(f, four_element(f, target, i, j) *
						      (scales[i] * scales[j]),
					   x, y);
			f->excess[i][j] = news + f->b * f->excess[i][j];
		}
}

LANES_CLONES static void pass_bars(struct four *f, const struct dcc_data *data)
{
	for (size_t t = 0; t < data->count; t++) {
		struct bar bar = { data->values + t * data->assets,
				   data->present + t * data->assets };

		pass_bar(f, data, &bar);
	}
}

void dcc_values(double out[DCC_MANY], const struct dcc_data *data,
		const double a[DCC_MANY], const double b[DCC_MANY])
{
	struct four f;

	_Static_assert(DCC_MANY == LANES, "a lane each");
	memset(&f, 0, sizeof(f));
	f.a = lanes_load(a);
	f.b = lanes_load(b);
	f.product = lanes_all(1.0);
	pass_bars(&f, data);
	for (int k = 0; k < LANES; k++)
		out[k] = -0.5 * (f.logarithms[k] +
				 elementary_log(f.product[k]) + f.squares[k]) -
			 (double)data->terms * LOG_2_PI;
}

static enum status check_target(const double *target, size_t n)
{
	double factor[N * N];

	for (size_t i = 0; i < n * n; i++)
		if (!(fabs(target[i]) < 1.0 + DIAGONAL_SLACK))
			return E_INPUT;
	for (size_t i = 0; i < n; i++)
		if (!(target[i * n + i] > 1.0 - DIAGONAL_SLACK))
			return E_INPUT;
	memcpy(factor, target, n * n * sizeof(*target));
	return linalg_factor(factor, n) ? E_INPUT : OK;
}

static enum status check(const struct residual_table *table,
			 const double *target)
{
	enum status status = residuals_check(table);

	return status ? status : check_target(target, table->assets);
}

/* Common bars of all pairs; E_INPUT where no pair has enough. */
static enum status count_terms(size_t *out, const struct residual_table *table)
{
	size_t sum = 0, most = 0;

	for (size_t i = 0; i < table->assets; i++)
		for (size_t j = 0; j < i; j++) {
			size_t bars = 0;

			for (size_t t = 0; t < table->count; t++)
				bars += table->columns[i].present[t] &&
					table->columns[j].present[t];
			sum += bars;
			most = bars > most ? bars : most;
		}
	*out = sum;
	return most < OVERLAP_MIN && table->assets > 1 ? E_INPUT : OK;
}

static void gather(double *values, unsigned char *present,
		   const struct residual_table *table, size_t t)
{
	for (size_t i = 0; i < table->assets; i++) {
		present[i] = table->columns[i].present[t] != 0;
		values[i] = present[i] ? table->columns[i].values[t] : 0.0;
	}
}

enum status dcc_prepare(struct dcc_data *out,
			const struct residual_table *table,
			const double *target, struct arena *arena)
{
	enum status status = check(table, target);
	size_t n = table->assets, terms;
	unsigned char *present;
	double *values;

	if (!status)
		status = count_terms(&terms, table);
	if (status)
		return status;
	values = ARENA_NEW(arena, double, table->count * n);
	present = ARENA_NEW(arena, unsigned char, table->count * n);
	if (!values || !present)
		return E_LIMIT;
	for (size_t t = 0; t < table->count; t++)
		gather(values + t * n, present + t * n, table, t);
	*out = (struct dcc_data){ values, present, target, n, table->count,
				  terms };
	return OK;
}

/* R of the recursion's Q; a correlation also where holes moved Q out of the
 * positive definite ones. */
static enum status compose(double *matrix, const struct recursion *r)
{
	struct sloped scales[N];
	size_t n = r->assets;

	find_scales(scales, r);
	for (size_t i = 0; i < n; i++) {
		matrix[i * n + i] = 1.0;
		for (size_t j = 0; j < i; j++) {
			struct sloped q = element(r, i, j);

			matrix[j * n + i] = correlation_of(&q, scales + i,
							   scales + j).value;
			matrix[i * n + j] = matrix[j * n + i];
		}
	}
	return linalg_make_positive(matrix, n, EIGENVALUE_LEAST);
}

enum status dcc_filter(double *next, const struct residual_table *table,
		       const struct dcc_parameters *at)
{
	unsigned char present[N];
	double values[N], made[N * N];
	struct bar bar = { values, present };
	struct recursion recursion;
	enum status status = check(table, at->target);

	if (!status && !(at->a >= 0.0 && at->b >= 0.0 &&
			 at->a + at->b <= DCC_PERSISTENCE_MAX))
		status = E_INPUT;
	if (status)
		return status;
	recursion_begin(&recursion, at->target, table->assets, at->a, at->b);
	for (size_t t = 0; t < table->count; t++) {
		gather(values, present, table, t);
		recursion_step(&recursion, &bar);
	}
	status = compose(made, &recursion);
	if (!status)
		memcpy(next, made,
		       table->assets * table->assets * sizeof(*next));
	return status;
}
