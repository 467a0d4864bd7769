/* likelihood_driver.c -- fits, likelihoods, series and a second optimiser for
 * the sections of the report on the models.
 *
 *   fit FAMILY LAW START FILE         estimates, log-likelihood, persistence,
 *                                     whether it has converged
 *   at FAMILY LAW START FILE P[8]     log-likelihood there, 1 inside the region
 *   simulate FAMILY LAW N SEED FILE [P[8]]  returns, after a line "y"
 *   starts FAMILY LAW FILE COUNT      the best of COUNT random starts of a
 *                                     simplex: log-likelihood, parameters
 * P and estimates: mu omega alpha gamma beta delta nu lambda.  A file has one
 * return a line; lines that are no number are passed over. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/threads.h"
#include "models/rng.h"
#include "models/volatility/garch_internal.h"
#include "tests/models/garch_words.h"
#include "tests/models/simplex.h"
#include "tests/support/garch_series.h"

#define RETURNS_MAX 20000
#define STARTS_MAX 1000
#define BLOCK (RETURNS_MAX * 160 + 4096)
/* Every start gets so many evaluations; the best few of them then all. */
#define SHORT_RUN 300
#define LONG_RUN 6000
#define FINALISTS 20

static double returns[RETURNS_MAX];
static size_t count;
static uint8_t block[BLOCK] __attribute__((aligned(16)));

static int complain(const char *what)
{
	fprintf(stderr, "likelihood_driver: %s\n", what);
	return 2;
}

static int read_returns(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256], *end;

	if (!file)
		return complain("no such file of returns");
	count = 0;
	while (count < RETURNS_MAX && fgets(line, sizeof(line), file)) {
		double x = strtod(line, &end);

		if (end != line)
			returns[count++] = x;
	}
	fclose(file);
	return count >= GARCH_OBSERVATIONS_MIN ? 0 : complain("too few returns");
}

/* Of the first so many returns; squares around the mean. */
static double variance_of(void)
{
	double sum = 0.0, squares = 0.0;

	for (size_t t = 0; t < count; t++)
		sum += returns[t];
	for (size_t t = 0; t < count; t++)
		squares += (returns[t] - sum / (double)count) *
			   (returns[t] - sum / (double)count);
	return squares / (double)count;
}

static void read_point(double at[GARCH_SLOTS], char **words)
{
	for (int i = 0; i < GARCH_SLOTS; i++)
		at[i] = strtod(words[i], NULL);
}

static void print_point(const double at[GARCH_SLOTS])
{
	for (int i = 0; i < GARCH_SLOTS; i++)
		printf("%.17g ", at[i]);
}

static int fit(const struct garch_model *model)
{
	struct garch_request request = { *model, NULL, false };
	struct garch_fit out;
	struct arena arena;

	arena_init(&arena, block, sizeof(block));
	if (garch_fit_series(&out, &request, returns, count, &arena))
		return complain("no fit of these returns");
	print_point(out.at);
	printf("%.17g %.17g %d\n", out.log_likelihood,
	       garch_persistence(model, out.at), out.converged);
	return 0;
}

static int at_point(const struct garch_model *model, char **words)
{
	double at[GARCH_SLOTS];
	struct garch_data data;
	struct garch_point point;
	struct arena arena;

	read_point(at, words);
	arena_init(&arena, block, sizeof(block));
	if (garch_prepare(&data, model, returns, count, &arena))
		return complain("no room");
	garch_evaluate(&point, &data, at);
	printf("%.17g %d\n", point.log_likelihood,
	       garch_inside(model, at, variance_of()));
	return 0;
}

static int simulate(const struct garch_model *model, char **words, int given)
{
	size_t n = strtoul(words[0], NULL, 10);
	double at[GARCH_SLOTS];
	FILE *file;

	if (n < 1 || n > RETURNS_MAX)
		return complain("N is out of range");
	garch_truth(at, model);
	if (given > 3)
		read_point(at, words + 3);
	garch_simulate(returns, n, model, at, strtoul(words[1], NULL, 10));
	file = fopen(words[2], "w");
	if (!file)
		return complain("the file cannot be written");
	fputs("y\n", file);
	for (size_t t = 0; t < n; t++)
		fprintf(file, "%.17g\n", returns[t]);
	return fclose(file) ? complain("the file cannot be written") : 0;
}

/* The search from many starts, on returns of unit variance. */
struct trial {
	struct garch_data data;
	size_t count;
	int slots[GARCH_SLOTS];
	double x[GARCH_SLOTS], value;
};

static struct trial trials[STARTS_MAX];
static size_t evaluations_each;

static void natural(struct garch_mapping *map, const struct trial *trial,
		    const double *x)
{
	double full[GARCH_SLOTS] = { 0 };

	for (size_t i = 0; i < trial->count; i++)
		full[trial->slots[i]] = x[i];
	garch_map(map, &trial->data.model, full);
}

static double unlikelihood(const void *context, const double *x)
{
	const struct trial *trial = context;
	struct garch_mapping map;

	natural(&map, trial, x);
	return -garch_likelihood(&trial->data, map.at);
}

/* Where a start may lie: of EGARCH, and of the others. */
static double random_coordinate(const struct garch_model *model, int slot,
				double u)
{
	static const double exponential[GARCH_SLOTS][2] = {
		{ -0.2, 0.2 }, { -1.5, 1.5 }, { -0.1, 0.6 }, { -0.3, 0.3 },
		{ -2.0, 8.5 }, { 0, 0 }, { -6.0, -1.0 }, { -1.0, 1.0 } };
	static const double others[GARCH_SLOTS][2] = {
		{ -0.2, 0.2 }, { -8.0, -0.5 }, { -5.0, 0.5 }, { -3.0, 3.0 },
		{ -1.0, 8.5 }, { -2.5, 2.5 }, { -6.0, -1.0 }, { -1.0, 1.0 } };
	const double *range = model->family == GARCH_EXPONENTIAL
				      ? exponential[slot]
				      : others[slot];

	return range[0] + u * (range[1] - range[0]);
}

static void begin_trial(struct trial *trial, size_t number, double mean)
{
	struct rng_key key = rng_key_of((const uint8_t[32]){ 20, 24, 6 });

	trial->count = 0;
	for (int slot = 0; slot < GARCH_SLOTS; slot++) {
		struct rng_counter counter = { (uint32_t)number,
					       (uint32_t)slot, 0 };
		double u[2];

		if (!garch_has(&trial->data.model, (enum garch_slot)slot))
			continue;
		rng_uniforms(u, &key, &counter);
		trial->slots[trial->count] = slot;
		trial->x[trial->count++] =
			random_coordinate(&trial->data.model, slot, u[0]) +
			(slot == GARCH_MU ? mean : 0.0);
	}
}

static void run_trial(void *context, size_t i)
{
	struct trial *trial = (struct trial *)context + i;
	struct simplex_problem problem = { unlikelihood, trial, trial->count,
					   evaluations_each, 0.5, 1e-9 };

	size_t bytes = count * 64 + 8192;
	void *room = aligned_alloc(64, (bytes + 63) / 64 * 64);
	struct arena arena;
	struct garch_model model = trial->data.model;

	if (!room)
		abort();
	arena_init(&arena, room, bytes);
	if (garch_prepare(&trial->data, &model, returns, count, &arena))
		abort();
	/* a simplex that has collapsed is begun anew, smaller */
	for (int again = 0; again < (evaluations_each > SHORT_RUN ? 3 : 1);
	     again++) {
		trial->value = simplex_minimise(trial->x, &problem);
		problem.step *= 0.3;
	}
	free(room);
}

static int by_value(const void *a, const void *b)
{
	double x = ((const struct trial *)a)->value;
	double y = ((const struct trial *)b)->value;

	return (x > y) - (x < y);
}

static int starts(const struct garch_model *model, size_t wanted)
{
	struct parallel threads = threads_parallel(0);
	double scale = sqrt(variance_of()), mean = 0.0;
	struct garch_mapping map;

	if (wanted < 1 || wanted > STARTS_MAX)
		return complain("COUNT is out of range");
	for (size_t t = 0; t < count; t++) {
		returns[t] /= scale;
		mean += returns[t] / (double)count;
	}
	for (size_t i = 0; i < wanted; i++) {
		trials[i].data.model = *model;
		begin_trial(&trials[i], i, mean);
	}
	evaluations_each = SHORT_RUN;
	parallel_run(&threads, run_trial, trials, wanted);
	qsort(trials, wanted, sizeof(*trials), by_value);
	evaluations_each = LONG_RUN;
	parallel_run(&threads, run_trial, trials,
		     wanted < FINALISTS ? wanted : FINALISTS);
	qsort(trials, wanted, sizeof(*trials), by_value);
	natural(&map, &trials[0], trials[0].x);
	printf("%.17g ", -trials[0].value - (double)count * log(scale));
	print_point(map.at);
	puts("");
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "", *start = "fcp";
	struct garch_model model;
	bool ruled = !strcmp(verb, "fit") || !strcmp(verb, "at");
	int first = ruled ? 5 : 4; /* where the rest begins */

	if (argc <= first || garch_model_of(&model, argv[2], argv[3],
					    ruled ? argv[4] : start))
		return complain("see the head of likelihood_driver.c");
	if (!strcmp(verb, "simulate") && (argc == 7 || argc == 15))
		return simulate(&model, argv + 4, argc - 4);
	if (read_returns(argv[first]))
		return 2;
	if (!strcmp(verb, "fit"))
		return fit(&model);
	if (!strcmp(verb, "at") && argc == 14)
		return at_point(&model, argv + 6);
	if (!strcmp(verb, "starts") && argc == 6)
		return starts(&model, strtoul(argv[5], NULL, 10));
	return complain("see the head of likelihood_driver.c");
}
