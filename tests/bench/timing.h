/* timing.h -- CPU seconds and the least of several runs, for the programs of
 * tests/bench. */
#ifndef TESTS_BENCH_TIMING_H
#define TESTS_BENCH_TIMING_H

#include <time.h>

#define RUNS 15 /* of which the fastest counts */

static inline double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/** keep_least - the CPU time since `start`, shared by `count`, where it is less
 *  than *best seconds. */
static inline void keep_least(double *best, double start, double count)
{
	double each = (cpu_s() - start) / count;

	if (each < *best)
		*best = each;
}

#endif
