/* scores_driver.c -- scores of the backtest for tests/models/scores_peer.R.
 *
 * stdin: WHAT ARGUMENT SECOND COLUMNS, then rows of numbers of so many columns;
 * stdout: the figures in one line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backtest/scores/diebold_mariano.h"
#include "backtest/scores/exact_coverage.h"
#include "backtest/scores/shortfall.h"
#include "backtest/scores/traffic_light.h"
#include "base/host/memory.h"
#include "models/elementary.h"
#include "models/volatility/diagnostics.h"

#define ROWS_MAX 20000
#define COLUMNS_MAX 3

static double columns[COLUMNS_MAX][ROWS_MAX];
static size_t rows;
static const uint8_t seed[32] = { 42 };

static void fail(const char *what)
{
	fprintf(stderr, "scores_driver: %s\n", what);
	exit(1);
}

static void must(enum status status)
{
	if (status)
		fail(status_name(status));
}

static void print_test(const struct test_result *r)
{
	printf(" %.17g %.17g", r->statistic, r->p);
}

/* rows: two losses; argument: horizon */
static void compare(double horizon, struct arena *arena)
{
	const double *const losses[2] = { columns[0], columns[1] };
	struct diebold_mariano r;

	must(diebold_mariano(&r, losses, rows, (size_t)horizon, arena));
	printf("%.17g %.17g %.17g %.17g %.17g %.17g", r.mean, r.error,
	       r.statistic, r.p, r.p_better, r.p_worse);
}

/* rows: return, quantile; argument: p */
static void cover(double p, struct arena *arena)
{
	struct coverage_data d = { columns[0], columns[1], NULL, rows, p };
	struct test_result kupiec, independence, both, quantile;
	struct exact_coverage exact;

	must(coverage_kupiec(&kupiec, &d));
	must(coverage_independence(&independence, &d));
	must(coverage_christoffersen(&both, &d));
	must(coverage_dynamic_quantile(&quantile, &d, arena));
	must(exact_coverage(&exact, &d, arena));
	print_test(&kupiec);
	print_test(&independence);
	print_test(&both);
	print_test(&quantile);
	printf(" %.17g %.17g %.17g", exact.kupiec.p, exact.independence.p,
	       exact.conditional.p);
}

/* rows: return, quantile, shortfall; arguments: p, shape */
static void fall_short(double p, double shape)
{
	struct rng_key key = rng_key_of(seed);
	struct coverage_data d = { columns[0], columns[1], columns[2], rows, p };
	struct shortfall_null null = { &key, 20000, shape };
	struct shortfall_test r;

	must(shortfall_test(&r, &d, &null));
	printf("%.17g %.17g %.17g %.17g", r.z1, r.z1_p, r.z2, r.z2_p);
}

/* rows: values; arguments: block length, replicates */
static void resample(double length, double replicates, struct arena *arena)
{
	struct rng_key key = rng_key_of(seed);
	struct bootstrap_plan plan = { .key = &key, .level = 0.95,
				       .block = length,
				       .replicates = (uint32_t)replicates };
	struct bootstrap_result r;

	must(bootstrap_mean(&r, columns[0], rows, &plan, arena));
	printf("%.17g %.17g %.17g %.17g %.17g", r.error, r.low, r.high,
	       bootstrap_block_length(columns[0], rows, BOOTSTRAP_STATIONARY),
	       bootstrap_block_length(columns[0], rows, BOOTSTRAP_CIRCULAR));
}

/* one row: hits, bars; argument: p */
static void light(double p)
{
	struct traffic_light l;

	must(traffic_light(&l, (size_t)columns[0][0], (size_t)columns[1][0], p));
	printf("%.17g %zu %zu", l.probability, l.yellow_from, l.red_from);
}

static void read_rows(int count)
{
	while (rows < ROWS_MAX) {
		for (int k = 0; k < count; k++)
			if (scanf("%lf", &columns[k][rows]) != 1)
				return;
		rows++;
	}
}

int main(void)
{
	struct arena *arena = arena_new((size_t)16 << 20);
	double argument, second;
	char what[16];
	int count;

	if (!arena || scanf("%15s %lf %lf %d", what, &argument, &second,
			    &count) != 4 || count < 1 || count > COLUMNS_MAX)
		fail("usage: WHAT ARGUMENT SECOND COLUMNS, then rows");
	read_rows(count);
	if (!strcmp(what, "compare"))
		compare(argument, arena);
	else if (!strcmp(what, "cover"))
		cover(argument, arena);
	else if (!strcmp(what, "shortfall"))
		fall_short(argument, second);
	else if (!strcmp(what, "resample"))
		resample(argument, second, arena);
	else if (!strcmp(what, "light"))
		light(argument);
	else
		fail("not compare, cover, shortfall, resample or light");
	putchar('\n');
	arena_free(arena);
	return 0;
}
