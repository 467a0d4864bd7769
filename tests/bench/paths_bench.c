/* paths_bench.c -- what an asset-step of a path costs, beside the bare normals
 * that it is made of: lowest prices at ends of steps, multivariate t, filtered
 * historical simulation, lowest prices within steps, stored ratios; and what a
 * second thread brings.  Prints `name value` lines for report.awk: millions a
 * second of CPU time, the most of several runs.  Not a test: nothing is
 * asserted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/threads.h"
#include "base/host/memory.h"
#include "models/linalg.h"
#include "models/paths.h"
#include "models/rng.h"
#include "tests/bench/heavy_margins.h"
#include "tests/bench/timing.h"

#define ASSETS 10
#define PATHS 2000
#define STEPS 1440
#define CELLS ((double)PATHS * STEPS * ASSETS)
#define GROUPS (PATHS / 2 / RNG_LANES)

static double factor[ASSETS * ASSETS], deviation[ASSETS];
static double lowest[PATHS * ASSETS], *ratios;
static struct path_margin margins[ASSETS];
static struct path_filter filters[ASSETS];

struct run {
	const char *name;
	struct path_design design;
	struct path_output out;
	double best; /* seconds an asset-step */
};

static struct path_design make_design(void)
{
	struct path_design design = { .seed = { 1 },
				      .path_count = PATHS,
				      .step_count = STEPS,
				      .asset_count = ASSETS,
				      .minimum_steps = STEPS,
				      .factor = factor,
				      .deviation = deviation };

	for (size_t i = 0; i < ASSETS; i++) {
		deviation[i] = 0.001;
		filters[i] = (struct path_filter){ 1.0, 0.02, 0.05, 0.04,
						   0.91 };
		for (size_t j = 0; j < ASSETS; j++)
			factor[i * ASSETS + j] = i == j ? 1.0 : 0.5;
	}
	if (linalg_factor(factor, ASSETS))
		exit(2);
	return design;
}

/* Of one group of pairs, as many normals as its steps have, and nothing done
 * with them. */
static void draw_normals(void *context, size_t group)
{
	const struct rng_key *key = context;
	double z[RNG_LANES * ASSETS];
	volatile double sink;

	for (uint32_t step = 0; step < STEPS; step++) {
		struct rng_counter counter = { (uint32_t)group * RNG_LANES,
					       step, 0 };

		rng_normals_lanes(z, key, &counter, ASSETS / 2);
		sink = z[0];
	}
	(void)sink;
}

/* The limit. */
static void time_normals(double *best)
{
	uint8_t seed[32] = { 1 };
	struct rng_key key = rng_key_of(seed);
	double start = cpu_s();

	parallel_run(NULL, draw_normals, &key, GROUPS);
	keep_least(best, start, CELLS / 2.0);
}

static void time_run(struct run *run)
{
	double start = cpu_s();

	if (paths_generate(&run->out, &run->design, NULL))
		exit(2);
	keep_least(&run->best, start, CELLS);
}

static double wall_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void keep_least_wall(double *best, double start)
{
	double elapsed = wall_s() - start;

	if (elapsed < *best)
		*best = elapsed;
}

/* Elapsed on one thread over that on two: of paths, and of bare normals, which
 * is what the machine has to give at the time. */
static void bench_threads(const struct run *run)
{
	double paths[2] = { 1e9, 1e9 }, normals[2] = { 1e9, 1e9 };
	uint8_t seed[32] = { 1 };
	struct rng_key key = rng_key_of(seed);

	for (int i = 0; i < 2 * RUNS; i++)
		for (unsigned k = 0; k < 2; k++) {
			struct parallel parallel = threads_parallel(k + 1);
			double start = wall_s();

			if (paths_generate(&run->out, &run->design, &parallel))
				exit(2);
			keep_least_wall(&paths[k], start);
			start = wall_s();
			parallel_run(&parallel, draw_normals, &key, GROUPS);
			keep_least_wall(&normals[k], start);
		}
	printf("paths_threads %.4f\n", paths[0] / paths[1]);
	printf("paths_threads_normals %.4f\n", normals[0] / normals[1]);
}

int main(void)
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct path_design plain = make_design(), student, filtered;
	struct path_output low = { .low = lowest };
	struct path_output minimum = { .minimum = lowest };
	struct path_output all = { .ratios = NULL };
	double normals = 1e9;

	ratios = memory_allocate((size_t)CELLS, sizeof(double));
	all.ratios = ratios;
	heavy_margins(margins, ASSETS, arena);
	student = plain;
	student.degrees = 8;
	filtered = student;
	filtered.bar_steps = 6;
	filtered.margins = margins;
	filtered.filters = filters;

	struct run runs[] = {
		{ "normal", plain, low, 1e9 },
		{ "student", student, low, 1e9 },
		{ "filtered", filtered, low, 1e9 },
		{ "bridge", plain, minimum, 1e9 },
		{ "filtered_bridge", filtered, minimum, 1e9 },
		{ "ratios", plain, all, 1e9 },
	};
	for (int i = 0; i < RUNS; i++) {
		time_normals(&normals);
		for (size_t k = 0; k < sizeof(runs) / sizeof(runs[0]); k++)
			time_run(&runs[k]);
	}
	printf("paths_limit %.3f\n", 1e-6 / normals);
	for (size_t k = 0; k < sizeof(runs) / sizeof(runs[0]); k++)
		printf("paths_%s %.3f\n", runs[k].name, 1e-6 / runs[k].best);
	bench_threads(&runs[2]);
	memory_free(ratios);
	arena_free(arena);
	return 0;
}
