/* exact_coverage.c -- see exact_coverage.h. */
#include "backtest/scores/exact_coverage.h"

#include <math.h>

#include "backtest/scores/binomial.h"
#include "models/elementary.h"

#define MASS_LEAST 1e-20
#define TIE 1e-9

struct work {
	size_t n;
	double p;
	double *masses;         /* [n + 1] of the number of hits */
	double *log_factorials; /* [n + 1] */
	struct exact_coverage *out;
};

/* Sequences that share their ratios. */
struct class {
	size_t hits, runs, gaps; /* runs of hits, runs without */
	bool starts, ends;       /* with a hit */
};

static double log_choose(const struct work *w, size_t n, size_t k)
{
	return w->log_factorials[n] - w->log_factorials[k] -
	       w->log_factorials[n - k];
}

/* Ways to cut `items` into `parts`, none empty; no item has one way: none. */
static double log_compositions(const struct work *w, size_t items,
			       size_t parts)
{
	return items ? log_choose(w, items - 1, parts - 1) : 0.0;
}

/* Whether the class has any sequence. */
static bool exists(const struct work *w, const struct class *c)
{
	size_t calm = w->n - c->hits;

	return c->gaps <= calm && (c->gaps > 0) == (calm > 0) &&
	       (c->runs > 0) == (c->hits > 0);
}

static double probability_of(const struct work *w, const struct class *c)
{
	double share = log_compositions(w, c->hits, c->runs) +
		       log_compositions(w, w->n - c->hits, c->gaps) -
		       log_choose(w, w->n, c->hits);

	return w->masses[c->hits] * elementary_exp(share);
}

/* Each run of hits but a last one is followed by a bar without, and so on. */
static double independence_of(const struct work *w, const struct class *c)
{
	double up = (double)(c->runs - (c->starts ? 1 : 0));
	double down = (double)(c->gaps - (c->starts ? 0 : 1));
	double pairs[4] = { (double)(w->n - c->hits - c->gaps), up, down,
			    (double)(c->hits - c->runs) };

	return coverage_independence_ratio(pairs);
}

static void add(struct test_result *test, double ratio, double probability)
{
	if (ratio >= test->statistic - TIE * (1.0 + test->statistic))
		test->p += probability;
}

static void add_class(const struct work *w, const struct class *c,
		      double kupiec)
{
	double probability, independence;

	if (!exists(w, c))
		return;
	probability = probability_of(w, c);
	independence = independence_of(w, c);
	add(&w->out->independence, independence, probability);
	add(&w->out->conditional, kupiec + independence, probability);
}

/* All classes with so many hits: what a sequence begins and ends with says how
 * many more runs of one sort there are than of the other. */
static void add_hits(const struct work *w, size_t hits)
{
	double kupiec = coverage_kupiec_ratio((double)hits, (double)w->n, w->p);

	add(&w->out->kupiec, kupiec, w->masses[hits]);
	if (w->masses[hits] < MASS_LEAST) {
		w->out->independence.p += w->masses[hits];
		w->out->conditional.p += w->masses[hits];
		return;
	}
	for (size_t runs = hits ? 1 : 0; runs <= hits; runs++)
		for (int ends = 0; ends < 4; ends++) {
			struct class c = { hits, runs, runs, ends & 1, ends & 2 };

			if (c.starts && c.ends && c.gaps)
				c.gaps--;
			else if (!c.starts && !c.ends)
				c.gaps++;
			else if (c.starts && c.ends)
				continue;
			add_class(w, &c, kupiec);
		}
}

static enum status observed(struct exact_coverage *out,
			    const struct coverage_data *d)
{
	enum status status = coverage_kupiec(&out->kupiec, d);

	if (!status)
		status = coverage_independence(&out->independence, d);
	if (status)
		return status;
	out->conditional.statistic = out->kupiec.statistic +
				     out->independence.statistic;
	out->kupiec.p = out->independence.p = out->conditional.p = 0.0;
	return OK;
}

enum status exact_coverage(struct exact_coverage *out,
			   const struct coverage_data *data,
			   struct arena *arena)
{
	size_t mark = arena_mark(arena);
	struct exact_coverage result;
	struct work w = { data->n, data->p, NULL, NULL, &result };
	enum status status = observed(&result, data);

	if (status)
		return status;
	if (data->n > EXACT_COVERAGE_BARS_MAX)
		return E_LIMIT;
	w.masses = ARENA_NEW(arena, double, data->n + 1);
	w.log_factorials = ARENA_NEW(arena, double, data->n + 1);
	if (!w.masses || !w.log_factorials) {
		arena_reset(arena, mark);
		return E_LIMIT;
	}
	binomial_masses(w.masses, data->n, data->p);
	for (size_t k = 2; k <= data->n; k++)
		w.log_factorials[k] = w.log_factorials[k - 1] +
				      elementary_log((double)k);
	for (size_t hits = 0; hits <= data->n; hits++)
		add_hits(&w, hits);
	arena_reset(arena, mark);
	*out = result;
	return OK;
}
