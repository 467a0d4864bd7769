/* correlation.c -- see correlation.h. */
#include "models/dependence/correlation.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define OVERLAP_MIN 50
#define EIGENVALUE_LEAST 1e-6
#define VALUE_MAX 1e100

/** Bars that count: all, or those where the market is at its worst. */
struct bar_filter {
	const struct residual_column *market; /* NULL: all */
	double highest;
};

static bool wanted(const struct bar_filter *filter, size_t t)
{
	return !filter->market || (filter->market->present[t] &&
				   filter->market->values[t] <= filter->highest);
}

struct pair {
	double n, rho;
	double variance;   /* of sqrt(n) rho: pi of Ledoit and Wolf */
	double covariance; /* with its own variances, mean: theta */
};

struct estimation {
	const struct residual_column *columns;
	size_t assets, count;
	struct bar_filter filter;
	struct pair pairs[LINALG_ORDER_MAX][LINALG_ORDER_MAX];
};

static bool common(const struct estimation *e, size_t i, size_t j, size_t t)
{
	return e->columns[i].present[t] && e->columns[j].present[t] &&
	       wanted(&e->filter, t);
}

static void estimate_spread(struct pair *pair, const struct estimation *e,
			    size_t i, size_t j, const double square[2])
{
	const double *a = e->columns[i].values, *b = e->columns[j].values;

	for (size_t t = 0; t < e->count; t++)
		if (common(e, i, j, t)) {
			double aa = a[t] * a[t] / square[0] - 1.0;
			double bb = b[t] * b[t] / square[1] - 1.0;
			double ab = a[t] * b[t] / sqrt(square[0] * square[1]) -
				    pair->rho;

			pair->variance += ab * ab;
			pair->covariance += 0.5 * (aa + bb) * ab;
		}
	pair->variance /= pair->n;
	pair->covariance /= pair->n;
}

static struct pair estimate_pair(const struct estimation *e, size_t i, size_t j)
{
	const double *a = e->columns[i].values, *b = e->columns[j].values;
	double square[2] = { 0.0, 0.0 }, product = 0.0;
	struct pair out = { 0.0, 0.0, 0.0, 0.0 };

	for (size_t t = 0; t < e->count; t++)
		if (common(e, i, j, t)) {
			out.n += 1.0;
			square[0] += a[t] * a[t];
			square[1] += b[t] * b[t];
			product += a[t] * b[t];
		}
	if (out.n < OVERLAP_MIN || !(square[0] > 0.0) || !(square[1] > 0.0)) {
		out.n = 0.0;
		return out;
	}
	square[0] /= out.n;
	square[1] /= out.n;
	out.rho = product / out.n / sqrt(square[0] * square[1]);
	estimate_spread(&out, e, i, j, square);
	return out;
}

/* Mean correlation of the pairs that were estimated. */
static double estimate_pairs(struct correlation_estimate *out,
			     struct estimation *e)
{
	double sum = 0.0;

	for (size_t i = 0; i < e->assets; i++)
		for (size_t j = 0; j < i; j++) {
			e->pairs[i][j] = estimate_pair(e, i, j);
			if (e->pairs[i][j].n > 0.0) {
				sum += e->pairs[i][j].rho;
				out->pairs++;
			}
		}
	return out->pairs ? sum / (double)out->pairs : 0.0;
}

/* delta = (pi - rho) / gamma / n, with each pair's own n. */
static double intensity_of(const struct estimation *e, double mean)
{
	double noise = 0.0, distance = 0.0;

	for (size_t i = 0; i < e->assets; i++)
		for (size_t j = 0; j < i; j++) {
			const struct pair *p = &e->pairs[i][j];

			if (!(p->n > 0.0))
				continue;
			noise += (p->variance - mean * p->covariance) / p->n;
			distance += (p->rho - mean) * (p->rho - mean);
		}
	if (!(noise > 0.0))
		return 0.0;
	return noise < distance ? noise / distance : 1.0;
}

static enum status estimate(struct correlation_estimate *out,
			    struct estimation *e)
{
	double mean;

	memset(out, 0, sizeof(*out));
	mean = estimate_pairs(out, e);
	out->intensity = intensity_of(e, mean);
	for (size_t i = 0; i < e->assets; i++) {
		out->matrix[i * e->assets + i] = 1.0;
		for (size_t j = 0; j < i; j++) {
			const struct pair *p = &e->pairs[i][j];
			double rho = p->n > 0.0 ? p->rho : mean;

			rho += out->intensity * (mean - rho);
			out->matrix[i * e->assets + j] = rho;
			out->matrix[j * e->assets + i] = rho;
		}
	}
	return linalg_make_positive(out->matrix, e->assets, EIGENVALUE_LEAST);
}

static enum status check(const struct residual_column *columns, size_t assets,
			 size_t count)
{
	if (!assets || assets > LINALG_ORDER_MAX)
		return E_INPUT;
	for (size_t i = 0; i < assets; i++)
		for (size_t t = 0; t < count; t++)
			if (columns[i].present[t] &&
			    !(fabs(columns[i].values[t]) < VALUE_MAX))
				return E_INPUT;
	return OK;
}

enum status correlation_estimate(struct correlation_estimate *out,
				 const struct residual_column *columns,
				 size_t assets, size_t count)
{
	struct estimation e = { columns, assets, count, { NULL, 0.0 },
				{ { { 0.0, 0.0, 0.0, 0.0 } } } };
	struct correlation_estimate made;
	enum status status = check(columns, assets, count);

	if (!status)
		status = estimate(&made, &e);
	if (!status)
		*out = made;
	return status;
}

static size_t count_up_to(const struct residual_column *c, size_t count,
			  double highest)
{
	size_t n = 0;

	for (size_t t = 0; t < count; t++)
		if (c->present[t] && c->values[t] <= highest)
			n++;
	return n;
}

/* Lowest and highest value of a column that has one. */
static void range_of(double *low, double *high, const struct residual_column *c,
		     size_t count)
{
	*low = VALUE_MAX;
	*high = -VALUE_MAX;
	for (size_t t = 0; t < count; t++) {
		if (!c->present[t])
			continue;
		if (c->values[t] < *low)
			*low = c->values[t];
		if (c->values[t] > *high)
			*high = c->values[t];
	}
}

/* A value with at least `worst` values up to it, as low as halving the range
 * 100 times finds: no memory, no sort. */
static double threshold(const struct residual_column *c, size_t count,
			size_t worst)
{
	double low, high;

	range_of(&low, &high, c, count);
	for (int i = 0; i < 100; i++) {
		double middle = 0.5 * (low + high);

		if (count_up_to(c, count, middle) >= worst)
			high = middle;
		else
			low = middle;
	}
	return high;
}

enum status correlation_stressed(struct correlation_estimate *out,
				 const struct residual_table *table,
				 const struct correlation_stress *stress)
{
	struct estimation e = { table->columns, table->assets, table->count,
				{ NULL, 0.0 },
				{ { { 0.0, 0.0, 0.0, 0.0 } } } };
	struct correlation_estimate made;
	size_t bars, worst;
	enum status status = check(table->columns, table->assets, table->count);

	if (status)
		return status;
	if (stress->market >= table->assets ||
	    !(stress->share > 0.0 && stress->share <= 1.0))
		return E_INPUT;
	e.filter.market = &table->columns[stress->market];
	bars = count_up_to(e.filter.market, table->count, VALUE_MAX);
	worst = (size_t)((double)bars * stress->share + 0.5);
	if (worst < OVERLAP_MIN)
		return E_INPUT;
	e.filter.highest = threshold(e.filter.market, table->count, worst);
	status = estimate(&made, &e);
	if (!status && !made.pairs && table->assets > 1)
		status = E_INPUT;
	if (!status)
		*out = made;
	return status;
}
