/* simplex.c -- see simplex.h. */
#include "tests/models/simplex.h"

#include <math.h>
#include <string.h>

#define CORNERS (SIMPLEX_DIMENSIONS + 1)

struct simplex {
	const struct simplex_problem *problem;
	double x[CORNERS][SIMPLEX_DIMENSIONS], value[CORNERS];
	double centre[SIMPLEX_DIMENSIONS]; /* of all corners but the worst */
	size_t evaluations, low, high, next; /* lowest, highest, second */
};

static double value_at(struct simplex *s, const double *x)
{
	double value = s->problem->value(s->problem->context, x);

	s->evaluations++;
	return isfinite(value) ? value : 1e300;
}

static void begin(struct simplex *s, const double *x)
{
	for (size_t k = 0; k <= s->problem->count; k++) {
		memcpy(s->x[k], x, s->problem->count * sizeof(*x));
		if (k)
			s->x[k][k - 1] += s->problem->step;
		s->value[k] = value_at(s, s->x[k]);
	}
}

static void rank_corners(struct simplex *s)
{
	size_t n = s->problem->count;

	s->low = s->high = 0;
	for (size_t k = 1; k <= n; k++) {
		if (s->value[k] < s->value[s->low])
			s->low = k;
		if (s->value[k] >= s->value[s->high])
			s->high = k;
	}
	s->next = s->low;
	for (size_t k = 0; k <= n; k++)
		if (k != s->high && s->value[k] > s->value[s->next])
			s->next = k;
	for (size_t i = 0; i < n; i++) {
		s->centre[i] = 0.0;
		for (size_t k = 0; k <= n; k++)
			if (k != s->high)
				s->centre[i] += s->x[k][i] / (double)n;
	}
}

/* The worst corner moved through the centre by the factor; 1 where it stays. */
static double probe(struct simplex *s, double *x, double factor)
{
	for (size_t i = 0; i < s->problem->count; i++)
		x[i] = s->centre[i] +
		       factor * (s->x[s->high][i] - s->centre[i]);
	return value_at(s, x);
}

static void replace_worst(struct simplex *s, const double *x, double value)
{
	memcpy(s->x[s->high], x, s->problem->count * sizeof(*x));
	s->value[s->high] = value;
}

static void shrink(struct simplex *s)
{
	for (size_t k = 0; k <= s->problem->count; k++) {
		if (k == s->low)
			continue;
		for (size_t i = 0; i < s->problem->count; i++)
			s->x[k][i] = 0.5 * (s->x[k][i] + s->x[s->low][i]);
		s->value[k] = value_at(s, s->x[k]);
	}
}

static void step(struct simplex *s)
{
	double mirror[SIMPLEX_DIMENSIONS], further[SIMPLEX_DIMENSIONS];
	double first = probe(s, mirror, -1.0), second;

	if (first < s->value[s->low]) {
		second = probe(s, further, -2.0);
		if (second < first)
			replace_worst(s, further, second);
		else
			replace_worst(s, mirror, first);
	} else if (first < s->value[s->next]) {
		replace_worst(s, mirror, first);
	} else {
		double bar = s->value[s->high];

		second = probe(s, further, first < bar ? -0.5 : 0.5);
		if (second < (first < bar ? first : bar))
			replace_worst(s, further, second);
		else
			shrink(s);
	}
}

double simplex_minimise(double *x, const struct simplex_problem *problem)
{
	struct simplex s = { .problem = problem };

	begin(&s, x);
	rank_corners(&s);
	while (s.evaluations < problem->room &&
	       s.value[s.high] - s.value[s.low] > problem->tolerance) {
		step(&s);
		rank_corners(&s);
	}
	memcpy(x, s.x[s.low], problem->count * sizeof(*x));
	return s.value[s.low];
}
