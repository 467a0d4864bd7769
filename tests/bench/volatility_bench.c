/* volatility_bench.c -- how fast the volatility models are fitted, and in how
 * much memory.  Writes the series that the peers fit into a folder and prints
 * `name value` lines for report.awk: CPU seconds, the least of several runs.
 * Not a test: nothing is asserted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/ensemble/experts.h"
#include "models/volatility/garch.h"
#include "tests/bench/timing.h"
#include "tests/support/garch_series.h"

#define SHORT 1974 /* observations of DEM/GBP */
#define LONG 10000
#define LONGEST 100000
#define PAIRED 10 /* series */
#define WINDOW 1000
#define DAYS 500
#define SEED 20261123

static double returns[LONGEST];
static struct arena *arena;

static struct garch_model model_of(enum garch_family family,
				   enum garch_distribution law)
{
	return (struct garch_model){ family, law, GARCH_START_FCP, true };
}

static void simulate(const struct garch_model *model, size_t n)
{
	double at[GARCH_SLOTS];

	garch_truth(at, model);
	garch_simulate(returns, n, model, at, SEED);
}

/* One timed fit; its log-likelihood. */
static double fit_once(double *best, const struct garch_model *model, size_t n,
		       bool errors)
{
	struct garch_request request = { *model, NULL, errors };
	struct garch_fit fit;
	double start = cpu_s();

	if (garch_fit_series(&fit, &request, returns, n, arena))
		exit(2);
	keep_least(best, start, 1.0);
	return fit.log_likelihood;
}

/* Without errors and with, in turn. */
static void bench_fit(const char *name, const struct garch_model *model,
		      size_t n, int runs)
{
	double plain = 1e9, errors = 1e9, likelihood = 0.0;

	for (int i = 0; i < runs; i++) {
		fit_once(&plain, model, n, false);
		likelihood = fit_once(&errors, model, n, true);
	}
	printf("%s_s %.9f\n%s_errors_s %.9f\n", name, plain, name, errors);
	printf("%s_loglik %.6f\n", name, likelihood);
}

/* The series that the peers fit, a number a line. */
static void write_series(const char *folder, const char *name, size_t n)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.csv", folder, name);
	file = fopen(path, "w");
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
	size_t t = 0;

	if (!file || !fgets(line, sizeof(line), file))
		exit(2);
	for (; t < n && fgets(line, sizeof(line), file); t++) {
		const char *comma = strchr(line, ',');

		returns[t] = strtod(comma ? comma + 1 : line, NULL);
	}
	fclose(file);
	if (t < n)
		exit(2);
}

static void bench_short(const char *folder, const char *dem2gbp)
{
	struct garch_model normal = model_of(GARCH_PLAIN, GARCH_NORMAL);
	/* near what DEM/GBP gives, in percent */
	static const double at[GARCH_SLOTS] = { [GARCH_MU] = -0.006,
						[GARCH_OMEGA] = 0.011,
						[GARCH_ALPHA] = 0.153,
						[GARCH_BETA] = 0.806 };

	garch_simulate(returns, SHORT, &normal, at, SEED);
	write_series(folder, "simulated", SHORT);
	bench_fit("simulated", &normal, SHORT, 10 * RUNS);
	if (*dem2gbp) {
		read_series(dem2gbp, SHORT);
		write_series(folder, "dem2gbp", SHORT);
		bench_fit("dem2gbp", &normal, SHORT, 10 * RUNS);
	}
}

/* All twelve on one GJR-t series, in turn so that their ratios are fair. */
static void bench_long(const char *folder)
{
	struct garch_model gjr = model_of(GARCH_GJR, GARCH_STUDENT);

	simulate(&gjr, LONG);
	write_series(folder, "heavy", LONG);
	for (int k = 0; k < GARCH_FAMILIES * GARCH_DISTRIBUTIONS; k++) {
		enum expert expert = (enum expert)(EXPERT_GARCH_NORMAL + k);
		struct garch_model model;

		if (experts_garch(&model, expert)) {
			model.start = GARCH_START_FCP;
			model.constant_mean = true;
			bench_fit(expert_name(expert), &model, LONG, RUNS);
		}
	}
}

/* GARCH-t and GJR-t on the same ten series, because a fit's count of steps
 * depends on the series; the mean of each. */
static void bench_pair(void)
{
	struct garch_model models[] = { model_of(GARCH_PLAIN, GARCH_STUDENT),
					model_of(GARCH_GJR, GARCH_STUDENT) };
	double at[GARCH_SLOTS], sums[4] = { 0.0, 0.0, 0.0, 0.0 };

	garch_truth(at, &models[1]);
	for (uint64_t series = 0; series < PAIRED; series++) {
		double best[4] = { 1e9, 1e9, 1e9, 1e9 };

		garch_simulate(returns, LONG, &models[1], at, SEED + series);
		for (int i = 0; i < RUNS * 4; i++)
			fit_once(&best[i % 4], &models[i % 2], LONG,
				 i % 4 > 1);
		for (int i = 0; i < 4; i++)
			sums[i] += best[i] / PAIRED;
	}
	printf("pair_garch-t_s %.9f\npair_gjr-t_s %.9f\n", sums[0], sums[1]);
	printf("pair_garch-t_errors_s %.9f\npair_gjr-t_errors_s %.9f\n",
	       sums[2], sums[3]);
}

/* A window of 1,000 days moved on day by day, each fit begun at the last. */
static void bench_rolling(void)
{
	struct garch_model gjr = model_of(GARCH_GJR, GARCH_STUDENT);
	double best = 1e9;

	simulate(&gjr, WINDOW + DAYS);
	for (int i = 0; i < RUNS; i++) {
		struct garch_request request = { gjr, NULL, false };
		double start = cpu_s(), warm[GARCH_SLOTS];
		struct garch_fit fit;

		for (size_t day = 0; day < DAYS; day++) {
			if (garch_fit_series(&fit, &request, returns + day,
					     WINDOW, arena))
				exit(2);
			memcpy(warm, fit.at, sizeof(warm));
			request.warm = warm;
		}
		keep_least(&best, start, DAYS);
	}
	printf("rolling_day_s %.9f\n", best);
}

/* The arena's peak over n: of GJR-t and of the hungrier recursions. */
static void bench_memory(void)
{
	static const size_t sizes[] = { 1000, 10000, 100000 };
	struct garch_model models[] = { model_of(GARCH_GJR, GARCH_STUDENT),
					model_of(GARCH_POWER, GARCH_STUDENT) };
	struct garch_fit fit;

	simulate(&models[0], LONGEST);
	for (int k = 0; k < 12; k++) {
		const struct garch_model *model = &models[k / 6];
		size_t n = sizes[k % 3];
		bool errors = k / 3 % 2;
		struct garch_request request = { *model, NULL, errors };

		arena->peak = 0;
		if (garch_fit_series(&fit, &request, returns, n, arena))
			exit(2);
		printf("memory_%s_%s_%zu_bytes %.3f\n",
		       k / 6 ? "aparch" : "gjr", errors ? "errors" : "plain", n,
		       (double)arena->peak / (double)n);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: volatility_bench FOLDER DEM2GBP.CSV|''"
				"\n");
		return 2;
	}
	arena = arena_new((size_t)64 << 20);
	bench_short(argv[1], argv[2]);
	bench_long(argv[1]);
	bench_pair();
	bench_rolling();
	bench_memory();
	arena_free(arena);
	return 0;
}
