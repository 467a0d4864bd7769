/* t_copula.c -- see t_copula.h.
 *
 * A rank is the same pseudo-observation in every asset, so quantiles and the
 * marginal densities are tables of ranks.  Equal values share the mean of
 * their ranks: tables go by twice the rank, 2 .. 2 n. */
#include "models/dependence/t_copula.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "models/dependence/residuals.h"
#include "models/elementary.h"
#include "models/loss/statistics.h"
#include "models/student_lanes.h"
#include "models/volatility/lanes.h"

#define N LINALG_ORDER_MAX
#define BARS_MIN 100
#define FILL_MANY 64u
#define EVEN_MIN 4
#define BARS_MAX 1000000000u
#define DIAGONAL_SLACK 1e-6
#define GOLDEN 0.61803398874989485
#define GOLDEN_STEPS 28 /* log degrees to 5e-6 */
#define HALVINGS 20     /* the same */
#define LOWER 1.9207294103470620 /* half of chi-square's 0.95 quantile */

struct sample {
	size_t assets, bars;
	uint32_t *twice;        /* rank times two: [bar * assets + asset] */
	double *quantiles;      /* by twice the rank */
	double *logs;           /* log(1 + quantile^2 / degrees) */
	unsigned char *used;    /* which of those occur */
	double factor[N * N];   /* of the correlation */
	double log_determinant; /* of the correlation */
};

static enum status factor_correlation(struct sample *s,
				      const double *correlation)
{
	size_t n = s->assets;

	for (size_t i = 0; i < n * n; i++)
		if (!(fabs(correlation[i]) < 1e100))
			return E_INPUT;
	for (size_t i = 0; i < n; i++)
		if (!(fabs(correlation[i * n + i] - 1.0) < DIAGONAL_SLACK))
			return E_INPUT;
	memcpy(s->factor, correlation, n * n * sizeof(*correlation));
	if (linalg_factor(s->factor, n))
		return E_INPUT;
	s->log_determinant = 0.0;
	for (size_t i = 0; i < n; i++)
		s->log_determinant +=
			2.0 * elementary_log(s->factor[i * n + i]);
	return OK;
}

/** One column in order: bars by value, of equal values the earlier first. */
struct order {
	const double *values; /* by complete bar */
	size_t *bars;
	size_t count;
};

/* E_INPUT where all values are equal: ranks tell nothing then. */
static enum status rank_column(struct sample *s, const struct order *o,
			       size_t asset)
{
	size_t end;

	for (size_t begin = 0; begin < o->count; begin = end) {
		double value = o->values[o->bars[begin]];
		uint32_t twice;

		end = begin;
		while (end < o->count && o->values[o->bars[end]] == value)
			end++;
		if (end - begin == o->count)
			return E_INPUT;
		twice = (uint32_t)(begin + 1 + end);
		s->used[twice] = 1;
		for (size_t k = begin; k < end; k++)
			s->twice[o->bars[k] * s->assets + asset] = twice;
	}
	return OK;
}

static enum status rank_all(struct sample *s,
			    const struct residual_table *table,
			    struct arena *arena)
{
	double *values = ARENA_NEW(arena, double, s->bars);
	size_t *bars = ARENA_NEW(arena, size_t, s->bars);
	enum status status = OK;

	if (!values || !bars)
		return E_LIMIT;
	for (size_t i = 0; i < s->assets && !status; i++) {
		const struct order order = { values, bars, s->bars };
		size_t kept = 0;

		for (size_t t = 0; t < table->count; t++)
			if (residuals_complete(table, t))
				values[kept++] = table->columns[i].values[t];
		status = loss_sort(bars, values, s->bars, arena);
		if (!status)
			status = rank_column(s, &order, i);
	}
	return status;
}

struct filling {
	const struct sample *s;
	double degrees;
};

/* Places of the table that are filled at once. */
struct places {
	size_t k[FILL_MANY], count;
	double p[FILL_MANY];
};

LANES_CLONES static void fill_places(const struct filling *filling,
				     struct places *places)
{
	const struct sample *s = filling->s;
	size_t top = 2 * s->bars + 2;
	double q[FILL_MANY], logs[FILL_MANY];

	for (size_t i = places->count; i < FILL_MANY; i++)
		q[i] = 0.0;
	student_quantiles(q, places->p, places->count, filling->degrees);
	for (size_t i = 0; i < FILL_MANY; i += LANES) {
		lanes x = lanes_load(q + i);

		lanes_store(logs + i, lanes_log1p(x * x / filling->degrees));
	}
	for (size_t i = 0; i < places->count; i++) {
		size_t k = places->k[i];

		s->quantiles[k] = q[i];
		s->quantiles[top - k] = -q[i];
		s->logs[k] = s->logs[top - k] = logs[i];
	}
	places->count = 0;
}

/* u = twice / (2 n + 2); the upper half by symmetry. */
static void fill_tables(const struct sample *s, double degrees)
{
	struct filling filling = { s, degrees };
	size_t top = 2 * s->bars + 2;
	struct places places = { .count = 0 };

	for (size_t k = 2; 2 * k <= top; k++) {
		if (!s->used[k] && !s->used[top - k])
			continue;
		places.p[places.count] = (double)k / (double)top;
		places.k[places.count++] = k;
		if (places.count == FILL_MANY)
			fill_places(&filling, &places);
	}
	fill_places(&filling, &places);
}

/* x' R^-1 x: the squares of L^-1 x. */
static double squared_distance(const struct sample *s, const uint32_t *twice)
{
	double solved[N], sum = 0.0;

	for (size_t i = 0; i < s->assets; i++) {
		double left = s->quantiles[twice[i]];

		for (size_t k = 0; k < i; k++)
			left -= s->factor[k * s->assets + i] * solved[k];
		solved[i] = left / s->factor[i * s->assets + i];
		sum += solved[i] * solved[i];
	}
	return sum;
}

/* The joint density over the product of the marginal ones. */
static double likelihood(const struct sample *s, double log_degrees)
{
	double degrees = elementary_exp(log_degrees), n = (double)s->assets;
	double constant = elementary_lgamma(0.5 * (degrees + n)) +
			  (n - 1.0) * elementary_lgamma(0.5 * degrees) -
			  n * elementary_lgamma(0.5 * (degrees + 1.0)) -
			  0.5 * s->log_determinant;
	double joint = 0.0, margins = 0.0;

	fill_tables(s, degrees);
	for (size_t t = 0; t < s->bars; t++) {
		const uint32_t *twice = s->twice + t * s->assets;

		joint += elementary_log1p(squared_distance(s, twice) / degrees);
		for (size_t i = 0; i < s->assets; i++)
			margins += s->logs[twice[i]];
	}
	return (double)s->bars * constant - 0.5 * (degrees + n) * joint +
	       0.5 * (degrees + 1.0) * margins;
}

struct peak {
	double at, value; /* log degrees, log-likelihood */
};

static struct peak peak_at(const struct sample *s, double log_degrees)
{
	return (struct peak){ log_degrees, likelihood(s, log_degrees) };
}

static struct peak golden_section(const struct sample *s, double low,
				  double high)
{
	struct peak a = peak_at(s, high - GOLDEN * (high - low));
	struct peak b = peak_at(s, low + GOLDEN * (high - low));

	for (int k = 0; k < GOLDEN_STEPS; k++) {
		if (a.value > b.value) {
			high = b.at;
			b = a;
			a = peak_at(s, high - GOLDEN * (high - low));
		} else {
			low = a.at;
			a = b;
			b = peak_at(s, low + GOLDEN * (high - low));
		}
	}
	return a.value > b.value ? a : b;
}

/* Where the likelihood crosses `level` between the peak and an end; the end
 * where that is not below. */
static double crossing(const struct sample *s, double inside, struct peak end,
		       double level)
{
	double outside = end.at;

	if (end.value >= level)
		return end.at;
	for (int k = 0; k < HALVINGS; k++) {
		double middle = 0.5 * (inside + outside);

		if (likelihood(s, middle) >= level)
			inside = middle;
		else
			outside = middle;
	}
	return inside;
}

/* Degrees of a coordinate; its ends exactly. */
static double degrees_of(double at, double low, double high)
{
	if (at <= low)
		return COPULA_DEGREES_MIN;
	return at >= high ? COPULA_DEGREES_MAX : elementary_exp(at);
}

static void maximise(struct copula_fit *fit, const struct sample *s)
{
	double low = elementary_log(COPULA_DEGREES_MIN);
	double high = elementary_log(COPULA_DEGREES_MAX), level;
	struct peak first = peak_at(s, low), last = peak_at(s, high);
	struct peak best = golden_section(s, low, high);

	if (first.value >= best.value)
		best = first;
	if (last.value >= best.value)
		best = last;
	level = best.value - LOWER;
	fit->degrees = degrees_of(best.at, low, high);
	fit->log_likelihood = best.value;
	fit->low = degrees_of(crossing(s, best.at, first, level), low, high);
	fit->high = degrees_of(crossing(s, best.at, last, level), low, high);
	fit->bars = s->bars;
}

static enum status prepare(struct sample *s, const struct residual_table *table,
			   const double *correlation, struct arena *arena)
{
	enum status status = residuals_check(table);

	*s = (struct sample){ .assets = table->assets };
	if (status || table->assets < 2)
		return E_INPUT;
	for (size_t t = 0; t < table->count; t++)
		s->bars += residuals_complete(table, t);
	if (s->bars < BARS_MIN || s->bars > BARS_MAX)
		return E_INPUT;
	status = factor_correlation(s, correlation);
	if (status)
		return status;
	s->twice = ARENA_NEW(arena, uint32_t, s->bars * s->assets);
	s->quantiles = ARENA_NEW(arena, double, 2 * s->bars + 1);
	s->logs = ARENA_NEW(arena, double, 2 * s->bars + 1);
	s->used = ARENA_NEW(arena, unsigned char, 2 * s->bars + 1);
	if (!s->twice || !s->quantiles || !s->logs || !s->used)
		return E_LIMIT;
	return rank_all(s, table, arena);
}

enum status t_copula_fit(struct copula_fit *out,
			 const struct residual_table *table,
			 const double *correlation, struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct copula_fit fit;
	struct sample s;
	enum status status = prepare(&s, table, correlation, arena);

	if (!status)
		maximise(&fit, &s);
	arena_reset(arena, mark);
	if (!status)
		*out = fit;
	return status;
}

/* Two likelihoods at once, each with tables of its own. */
struct pair {
	struct sample samples[2];
	double log_degrees[2], values[2];
};

static void likelihood_of(void *context, size_t i)
{
	struct pair *pair = context;

	pair->values[i] = likelihood(&pair->samples[i], pair->log_degrees[i]);
}

static enum status begin_pair(struct pair *out, const struct sample *s,
			      struct arena *arena)
{
	struct sample *other = &out->samples[1];

	out->samples[0] = out->samples[1] = *s;
	other->quantiles = ARENA_NEW(arena, double, 2 * s->bars + 1);
	other->logs = ARENA_NEW(arena, double, 2 * s->bars + 1);
	return other->quantiles && other->logs ? OK : E_LIMIT;
}

/* The likelihood has one peak: halve toward the side that rises. */
static unsigned best_even(struct pair *pair, unsigned most,
			  const struct parallel *parallel)
{
	unsigned low = EVEN_MIN / 2, high = most / 2;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		for (unsigned i = 0; i < 2; i++)
			pair->log_degrees[i] = elementary_log(
				2.0 * (double)middle + 2.0 * (double)i);
		parallel_run(parallel, likelihood_of, pair, 2);
		if (pair->values[1] > pair->values[0])
			low = middle + 1;
		else
			high = middle;
	}
	return 2 * low;
}

enum status t_copula_even_degrees(unsigned *out,
				  const struct residual_table *table,
				  const double *correlation,
				  struct copula_limit limit)
{
	size_t mark = arena_mark(limit.arena);
	struct sample s;
	struct pair pair;
	enum status status = prepare(&s, table, correlation, limit.arena);

	if (!status)
		status = begin_pair(&pair, &s, limit.arena);
	if (!status)
		*out = best_even(&pair, limit.most, limit.parallel);
	arena_reset(limit.arena, mark);
	return status;
}
