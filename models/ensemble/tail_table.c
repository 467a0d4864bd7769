/* tail_table.c -- see tail_table.h. */
#include "models/ensemble/tail_table.h"

#include "models/elementary.h"

#define LOG_FIRST (-13.815510557964274) /* log 1e-6 */
#define LOG_LAST (-1.2039728043259361)  /* log 0.3 */
#define SPACING ((LOG_LAST - LOG_FIRST) / (TAIL_KNOTS - 1))
#define LOG_HALF (-0.69314718055994531)

double tail_knot(int k)
{
	return LOG_FIRST + SPACING * k;
}

void tail_table_of_law(struct tail_table *out, const struct skewed_t *law)
{
	struct tail_point points[TAIL_KNOTS];
	double p[TAIL_KNOTS];

	_Static_assert(TAIL_KNOTS <= SKEWED_T_MANY, "asked for at once");
	for (int k = 0; k < TAIL_KNOTS; k++)
		p[k] = elementary_exp(tail_knot(k));
	skewed_t_tails(points, law, p, TAIL_KNOTS);
	for (int k = 0; k < TAIL_KNOTS; k++) {
		out->quantile[k] = points[k].quantile;
		out->shortfall[k] = points[k].shortfall;
	}
}

static double pareto_quantile_of(const struct pareto_tail *t, double ratio)
{
	if (t->shape < 1e-9 && t->shape > -1e-9)
		return t->threshold - t->scale * elementary_log(ratio);
	return t->threshold +
	       t->scale / t->shape * (elementary_pow(ratio, -t->shape) - 1.0);
}

void tail_table_of_pareto(struct tail_table *out,
			  const struct pareto_tail *tail)
{
	double log_share = elementary_log(tail->share);
	double slope = tail->threshold / (LOG_HALF - log_share);
	/* the mean excess at the threshold is scale / (1 - shape) */
	double at_share = tail->threshold + tail->scale / (1.0 - tail->shape);

	for (int k = 0; k < TAIL_KNOTS; k++) {
		double log_p = tail_knot(k), p = elementary_exp(log_p), z;

		if (log_p <= log_share) {
			z = pareto_quantile_of(tail, p / tail->share);
			out->quantile[k] = -z;
			out->shortfall[k] =
				-(z + (tail->scale + tail->shape *
						       (z - tail->threshold)) /
					      (1.0 - tail->shape));
			continue;
		}
		/* linear piece: the mean of what lies between, by its integral */
		z = slope * (LOG_HALF - log_p);
		out->quantile[k] = -z;
		out->shortfall[k] =
			-(tail->share * at_share +
			  slope * (p * (LOG_HALF - log_p + 1.0) -
				   tail->share *
					   (LOG_HALF - log_share + 1.0))) / p;
	}
}

/* The knot at or below z, at most the last but one. */
static int find(const double *values, double z)
{
	int low = 0, high = TAIL_KNOTS - 1;

	while (high - low > 1) {
		int middle = (low + high) / 2;

		if (values[middle] <= z)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct tail_reading tail_read(const struct tail_table *table, double z)
{
	int k = find(table->quantile, z);
	double width = table->quantile[k + 1] - table->quantile[k];
	double share = width > 0.0 ? (z - table->quantile[k]) / width : 0.0;
	double log_p = tail_knot(k) + SPACING * share;

	if (log_p > 0.0)
		log_p = 0.0;
	return (struct tail_reading){
		log_p, width > 0.0 ? SPACING / width : 0.0,
		table->shortfall[k] +
			share * (table->shortfall[k + 1] - table->shortfall[k]) };
}

static double between(const double *values, double log_p)
{
	double at = (log_p - LOG_FIRST) / SPACING;
	int k = !(at > 0.0)             ? 0
		: at >= TAIL_KNOTS - 2 ? TAIL_KNOTS - 2
				       : (int)at;

	return values[k] + (at - k) * (values[k + 1] - values[k]);
}

double tail_quantile(const struct tail_table *table, double log_p)
{
	return between(table->quantile, log_p);
}

double tail_shortfall(const struct tail_table *table, double log_p)
{
	return between(table->shortfall, log_p);
}
