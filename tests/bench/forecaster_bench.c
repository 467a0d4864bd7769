/* forecaster_bench.c -- what a bar costs the open forecaster, what a refit of
 * all experts costs, and the network's share of a bar.  Prints `name value`
 * lines for report.awk: CPU seconds, the least of several runs.  Not a test:
 * nothing is asserted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host/memory.h"
#include "models/forecaster.h"
#include "models/learned/generator.h"
#include "models/learned/shipped.h"
#include "tests/bench/timing.h"

#define WINDOW 2000
#define BARS 3000
#define NETWORK_CALLS 20000

static struct bar bars[BARS];
static struct asset_state state;
static struct arena *arena;

/* Bars one by one, as they arrive, but for those of the first window. */
static void feed_one(struct forecaster *forecaster)
{
	struct series series = { .count = 1 };

	series.first_index = state.bar_count;
	series.bars = bars + state.bar_count;
	memcpy(series.prefix, state.history, HASH_SIZE);
	if (forecaster_feed(forecaster, &series, arena))
		exit(2);
}

static void bench_bars(void)
{
	struct forecaster *forecaster = memory_allocate(1, sizeof(*forecaster));
	struct policy policy = { .bar_interval_s = 3600,
				 .window_bars = WINDOW,
				 .burn_in_bars = WINDOW,
				 .refit_bars = 1000 * BARS };
	double refit = 1e9, bar = 1e9;

	for (int i = 0; i < RUNS; i++) {
		struct series series = { .count = WINDOW - 1, .bars = bars };
		double start;

		memset(&state, 0, sizeof(state));
		forecaster_open(forecaster, &state, &policy);
		if (forecaster_feed(forecaster, &series, arena))
			exit(2);
		series.count = WINDOW;
		start = cpu_s();
		if (forecaster_feed(forecaster, &series, arena))
			exit(2);
		keep_least(&refit, start, 1.0);
		start = cpu_s();
		while (state.bar_count < BARS)
			feed_one(forecaster);
		keep_least(&bar, start, BARS - WINDOW);
	}
	printf("refit_s %.9f\nbar_s %.12f\n", refit, bar);
	memory_free(forecaster);
}

/* The second fit, which starts from the first one's parameters. */
static double second_refit(uint32_t refit_others_every)
{
	struct forecaster *forecaster = memory_allocate(1, sizeof(*forecaster));
	struct policy policy = { .bar_interval_s = 3600,
				 .window_bars = WINDOW,
				 .burn_in_bars = WINDOW,
				 .refit_bars = 168,
				 .refit_others_every = refit_others_every };
	double best = 1e9;

	for (int i = 0; i < RUNS; i++) {
		struct series series = { .count = WINDOW + 167, .bars = bars };
		double start;

		memset(&state, 0, sizeof(state));
		forecaster_open(forecaster, &state, &policy);
		if (forecaster_feed(forecaster, &series, arena))
			exit(2);
		series.count++;
		start = cpu_s();
		if (forecaster_feed(forecaster, &series, arena))
			exit(2);
		keep_least(&best, start, 1.0);
	}
	memory_free(forecaster);
	return best;
}

static void bench_network(void)
{
	double x[NETWORK_INPUTS] = { 0.1 }, best = 1e9;
	struct network_output out;
	volatile double sink;

	for (int i = 0; i < RUNS; i++) {
		double start = cpu_s();

		for (int k = 0; k < NETWORK_CALLS; k++) {
			x[k % NETWORK_INPUTS] = 0.001 * (k % 100);
			network_run(&out, learned_network(), x);
			sink = out.variance;
		}
		keep_least(&best, start, NETWORK_CALLS);
	}
	(void)sink;
	printf("network_s %.12f\n", best);
}

int main(void)
{
	uint8_t seed[32] = { 1 };
	struct rng_key key = rng_key_of(seed);

	arena = arena_new((size_t)16 << 20);
	generator_bars(bars, &key, 0, BARS);
	bench_bars();
	printf("refit_warm_s %.9f\n", second_refit(1));
	printf("refit_quick_s %.9f\n", second_refit(1000));
	bench_network();
	arena_free(arena);
	return 0;
}
