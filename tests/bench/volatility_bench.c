/* volatility_bench.c -- how fast the volatility models are: fits, passes, one
 * bar of the forecaster.  Prints `name value` lines for run.sh, CPU seconds or
 * nanoseconds, the best of several runs.  Not a test: nothing is asserted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/host/memory.h"
#include "models/ensemble/experts.h"
#include "models/forecaster.h"
#include "models/learned/generator.h"
#include "models/learned/shipped.h"
#include "models/volatility/garch_internal.h"
#include "tests/support/garch_series.h"

#define LONGEST 100000
#define RUNS 15
#define WINDOW 1000
#define DAYS 500

static double returns[LONGEST];
static struct arena *arena;

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct garch_model model_of(enum garch_family family,
				   enum garch_distribution law)
{
	return (struct garch_model){ family, law, GARCH_START_FCP, true };
}

static void simulate(const struct garch_model *model, size_t n)
{
	double at[GARCH_SLOTS];

	garch_truth(at, model);
	garch_simulate(returns, n, model, at, 20261123);
}

static double fit_s(const struct garch_model *model, size_t n, bool errors)
{
	struct garch_request request = { *model, NULL, errors };
	struct garch_fit fit;
	double best = 1e9;

	for (int i = 0; i < RUNS; i++) {
		double start = cpu_s();

		if (garch_fit_series(&fit, &request, returns, n, arena))
			exit(2);
		if (cpu_s() - start < best)
			best = cpu_s() - start;
	}
	return best;
}

/* The series that the peers fit, a number a line. */
static void write_series(const char *path, size_t n)
{
	FILE *file = fopen(path, "w");

	if (!file)
		exit(2);
	fprintf(file, "r\n");
	for (size_t t = 0; t < n; t++)
		fprintf(file, "%.17g\n", returns[t]);
	fclose(file);
}

static void read_series(const char *path, size_t n)
{
	FILE *file = fopen(path, "r");
	char line[128];

	if (!file || !fgets(line, sizeof(line), file))
		exit(2);
	for (size_t t = 0; t < n && fgets(line, sizeof(line), file); t++) {
		const char *comma = strchr(line, ',');

		returns[t] = strtod(comma ? comma + 1 : line, NULL);
	}
	fclose(file);
}

static void bench_fits(const char *folder, const char *dem2gbp)
{
	struct garch_model normal = model_of(GARCH_PLAIN, GARCH_NORMAL);
	struct garch_model t = model_of(GARCH_PLAIN, GARCH_STUDENT);
	struct garch_model gjr = model_of(GARCH_GJR, GARCH_STUDENT);
	char path[1024];

	if (*dem2gbp)
		read_series(dem2gbp, 1974);
	else
		simulate(&normal, 1974);
	snprintf(path, sizeof(path), "%s/normal.csv", folder);
	write_series(path, 1974);
	printf("normal_1974_errors_s %.9f\n", fit_s(&normal, 1974, true));
	simulate(&gjr, 10000);
	snprintf(path, sizeof(path), "%s/heavy.csv", folder);
	write_series(path, 10000);
	printf("t_10000_s %.9f\n", fit_s(&t, 10000, false));
	printf("t_10000_errors_s %.9f\n", fit_s(&t, 10000, true));
	printf("gjrt_10000_s %.9f\n", fit_s(&gjr, 10000, false));
	printf("gjrt_10000_errors_s %.9f\n", fit_s(&gjr, 10000, true));
	for (int k = 0; k < 12; k++) {
		struct garch_model model = model_of(
			(enum garch_family)(k / 3),
			(enum garch_distribution)(k % 3));

		printf("all_%s_s %.9f\n",
		       expert_name((enum expert)(EXPERT_GARCH_NORMAL + k)),
		       fit_s(&model, 10000, true));
	}
}

/* A window of 1,000 days moved on day by day, each fit begun at the last. */
static void bench_rolling(void)
{
	struct garch_model gjr = model_of(GARCH_GJR, GARCH_STUDENT);
	double best = 1e9;

	simulate(&gjr, WINDOW + DAYS);
	for (int i = 0; i < 5; i++) {
		struct garch_fit fit;
		double start = cpu_s(), warm[GARCH_SLOTS];
		struct garch_request request = { gjr, NULL, false };

		for (size_t day = 0; day < DAYS; day++) {
			if (garch_fit_series(&fit, &request, returns + day,
					     WINDOW, arena))
				exit(2);
			memcpy(warm, fit.at, sizeof(warm));
			request.warm = warm;
		}
		if (cpu_s() - start < best)
			best = cpu_s() - start;
	}
	printf("rolling_days_per_s %.3f\n", DAYS / best);
}

/* Nothing but the chain: a multiplication and an addition that wait for the
 * ones before, an array read once and written once. */
static double chain_ns(double *v, size_t n)
{
	double best = 1e9;
	volatile double sink;

	for (int i = 0; i < 3 * RUNS; i++) {
		double start = cpu_s(), h = 1.0;
		int rounds = (int)(2000000 / n) + 1;

		for (int k = 0; k < rounds; k++)
			for (size_t t = 0; t < n; t++) {
				h = v[t] + 0.9 * h;
				v[t] = 0.1 + 0.0 * h;
			}
		sink = h;
		start = (cpu_s() - start) / rounds / (double)n * 1e9;
		best = start < best ? start : best;
	}
	(void)sink;
	return best;
}

/* Likelihood alone, with gradient, and four parameter sets at once. */
struct pass_times {
	double value, gradient, four;
};

static void best_of(double *best, double seconds, double count)
{
	double ns = seconds / count * 1e9;

	*best = ns < *best ? ns : *best;
}

static struct pass_times pass_ns(const struct garch_model *model, size_t n)
{
	struct pass_times best = { 1e9, 1e9, 1e9 };
	int rounds = (int)(1000000 / n) + 1;
	double at[4][GARCH_SLOTS], four[4], start, all;
	struct garch_data data;
	struct garch_point point;
	volatile double sink = 0.0;
	size_t mark = arena_mark(arena);

	simulate(model, n);
	for (int i = 0; i < 4; i++)
		garch_truth(at[i], model);
	if (garch_prepare(&data, model, returns, n, arena))
		exit(2);
	for (int i = 0; i < RUNS; i++) {
		all = (double)rounds * (double)n;
		start = cpu_s();
		for (int k = 0; k < rounds; k++)
			sink = sink + garch_likelihood(&data, at[0]);
		best_of(&best.value, cpu_s() - start, all);
		start = cpu_s();
		for (int k = 0; k < rounds; k++) {
			garch_evaluate(&point, &data, at[0]);
			sink = sink + point.log_likelihood;
		}
		best_of(&best.gradient, cpu_s() - start, all);
		start = cpu_s();
		for (int k = 0; k < rounds; k++)
			garch_four(four, &data,
				   (const double(*)[GARCH_SLOTS])at);
		best_of(&best.four, cpu_s() - start, 4.0 * all);
	}
	arena_reset(arena, mark);
	return best;
}

static void bench_passes(void)
{
	static const char *const names[] = { "garch-normal", "garch-t",
					     "garch-skewt", "gjr-normal",
					     "gjr-t", "gjr-skewt" };
	static const size_t sizes[] = { 10000, 100000 };

	for (int s = 0; s < 2; s++) {
		double *v = memory_allocate(sizes[s], sizeof(*v));

		printf("chain_%zu_ns %.4f\n", sizes[s], chain_ns(v, sizes[s]));
		memory_free(v);
		for (int k = 0; k < 6; k++) {
			struct garch_model model = model_of(
				(enum garch_family)(k / 3),
				(enum garch_distribution)(k % 3));
			struct pass_times t = pass_ns(&model, sizes[s]);

			printf("pass_%s_%zu_ns %.4f\n", names[k], sizes[s],
			       t.value);
			printf("gradient_%s_%zu_ns %.4f\n", names[k], sizes[s],
			       t.gradient);
			printf("four_%s_%zu_ns %.4f\n", names[k], sizes[s],
			       t.four);
		}
	}
}

static void bench_memory(void)
{
	static const size_t sizes[] = { 1000, 10000, 100000 };
	struct garch_model gjr = model_of(GARCH_GJR, GARCH_STUDENT);
	struct garch_fit fit;

	simulate(&gjr, LONGEST);
	for (int s = 0; s < 3; s++)
		for (int errors = 0; errors < 2; errors++) {
			struct garch_request request = { gjr, NULL, errors };

			arena->peak = 0;
			if (garch_fit_series(&fit, &request, returns, sizes[s],
					     arena))
				exit(2);
			printf("memory_%zu_%s_bytes %.3f\n", sizes[s],
			       errors ? "errors" : "plain",
			       (double)arena->peak / (double)sizes[s]);
		}
}

/* Bars through an open forecaster, refits apart; the network's share. */
static void bench_forecaster(void)
{
	static struct bar bars[4000];
	static struct asset_state state;
	uint8_t seed[32] = { 1 };
	struct rng_key key = rng_key_of(seed);
	struct policy policy;
	struct forecaster *f = memory_allocate(1, sizeof(*f));
	struct series series;
	double start, x[NETWORK_INPUTS] = { 0.1 }, sum = 0.0;
	struct network_output out;

	generator_bars(bars, &key, 0, 4000);
	memset(&policy, 0, sizeof(policy));
	memset(&series, 0, sizeof(series));
	policy.bar_interval_s = 3600;
	policy.window_bars = 2000;
	policy.burn_in_bars = 2000;
	policy.refit_bars = 10000;
	series.bars = bars;
	series.count = 1999;
	forecaster_open(f, &state, &policy);
	if (forecaster_feed(f, &series, arena))
		exit(2);
	series.count = 2000;
	start = cpu_s();
	if (forecaster_feed(f, &series, arena))
		exit(2);
	printf("refit_2000_s %.6f\n", cpu_s() - start);
	series.count = 4000;
	start = cpu_s();
	if (forecaster_feed(f, &series, arena))
		exit(2);
	printf("bar_us %.4f\n", (cpu_s() - start) / 2000.0 * 1e6);
	start = cpu_s();
	for (int i = 0; i < 100000; i++) {
		x[i % NETWORK_INPUTS] = 0.001 * (i % 100);
		network_run(&out, learned_network(), x);
		sum += out.variance;
	}
	printf("network_us %.4f\n", (cpu_s() - start) / 100000.0 * 1e6 +
					    0.0 * sum);
	memory_free(f);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: volatility_bench FOLDER DEM2GBP.CSV|''"
				"\n");
		return 2;
	}
	arena = arena_new((size_t)64 << 20);
	bench_fits(argv[1], argv[2]);
	bench_rolling();
	bench_passes();
	bench_memory();
	bench_forecaster();
	arena_free(arena);
	return 0;
}
