/* passes_bench.c -- what one observation of a likelihood pass costs: value
 * alone, with gradient, four parameter sets in lanes, and the chain that bounds
 * them.  Prints `name value` lines for report.awk: CPU nanoseconds, the least
 * of several runs.  Not a test: nothing is asserted. */
#include <stdio.h>
#include <stdlib.h>

#include "base/host/memory.h"
#include "models/ensemble/experts.h"
#include "models/volatility/garch_internal.h"
#include "tests/bench/timing.h"
#include "tests/support/garch_series.h"

#define LONGEST 100000
#define WORK 400000 /* observations between two looks at the clock */

static double returns[LONGEST];
static struct arena *arena;
static volatile double sink;

/* Nothing but the chain: a product and a sum that wait for those before, over
 * an array that is only read. */
static void chain(const double *c, size_t n, double beta)
{
	double h = 1.0;

	for (size_t t = 0; t < n; t++)
		h = c[t] + beta * h;
	sink = h;
}

struct pass_times {
	double chain, value, gradient, four; /* seconds an observation */
};

struct pass {
	struct garch_data data;
	double at[4][GARCH_SLOTS];
	size_t rounds;
};

/* Each once, one after the other, so that all meet the same machine. */
static void time_once(struct pass_times *best, const struct pass *pass)
{
	double all = (double)pass->rounds * (double)pass->data.n, four[4];
	double beta = pass->at[0][GARCH_BETA], start = cpu_s();
	struct garch_point point;

	for (size_t k = 0; k < pass->rounds; k++)
		chain(returns, pass->data.n, beta);
	keep_least(&best->chain, start, all);
	start = cpu_s();
	for (size_t k = 0; k < pass->rounds; k++)
		sink = garch_likelihood(&pass->data, pass->at[0]);
	keep_least(&best->value, start, all);
	start = cpu_s();
	for (size_t k = 0; k < pass->rounds; k++) {
		garch_evaluate(&point, &pass->data, pass->at[0]);
		sink = point.log_likelihood;
	}
	keep_least(&best->gradient, start, all);
	if (pass->data.model.family > GARCH_GJR)
		return;
	start = cpu_s();
	for (size_t k = 0; k < pass->rounds; k++) {
		garch_four(four, &pass->data,
			   (const double(*)[GARCH_SLOTS])pass->at);
		sink = four[0];
	}
	keep_least(&best->four, start, 4.0 * all);
}

static void bench_pass(const char *name, const struct garch_model *model,
		       size_t n)
{
	struct pass_times best = { 1e9, 1e9, 1e9, 1e9 };
	struct pass pass = { .rounds = WORK / n };
	size_t mark = arena_mark(arena);

	for (int i = 0; i < 4; i++)
		garch_truth(pass.at[i], model);
	garch_simulate(returns, n, model, pass.at[0], 20261123);
	if (garch_prepare(&pass.data, model, returns, n, arena))
		exit(2);
	for (int i = 0; i < 2 * RUNS; i++)
		time_once(&best, &pass);
	printf("chain_%s_%zu_ns %.4f\n", name, n, 1e9 * best.chain);
	printf("value_%s_%zu_ns %.4f\n", name, n, 1e9 * best.value);
	printf("gradient_%s_%zu_ns %.4f\n", name, n, 1e9 * best.gradient);
	if (model->family <= GARCH_GJR)
		printf("four_%s_%zu_ns %.4f\n", name, n, 1e9 * best.four);
	arena_reset(arena, mark);
}

int main(void)
{
	static const size_t sizes[] = { 10000, 100000 };

	arena = arena_new((size_t)16 << 20);
	for (int s = 0; s < 2; s++)
		for (int k = 0; k < GARCH_FAMILIES * GARCH_DISTRIBUTIONS; k++) {
			enum expert expert =
				(enum expert)(EXPERT_GARCH_NORMAL + k);
			struct garch_model model;

			if (!experts_garch(&model, expert))
				continue;
			model.start = GARCH_START_FCP;
			model.constant_mean = true;
			bench_pass(expert_name(expert), &model, sizes[s]);
		}
	arena_free(arena);
	return 0;
}
