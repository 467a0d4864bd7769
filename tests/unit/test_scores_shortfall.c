/* test_scores_shortfall.c -- Z1 and Z2: by hand, their law under the null by
 * enumeration and by the published critical values, power; thinning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "backtest/scores/shortfall.h"
#include "models/elementary.h"
#include "models/ensemble/scores.h"
#include "tests/support/points.h"

#define N 1000

static double returns[N], quantile[N], shortfall[N];
static uint8_t block[1u << 20] __attribute__((aligned(16)));
static const uint8_t seed[32] = { 7, 1 };
static struct rng_key key;
static struct arena arena;

static struct coverage_data data_of(size_t n, double p)
{
	return (struct coverage_data){ returns, quantile, shortfall, n, p };
}

static void set_flat(size_t n, double var, double es)
{
	for (size_t t = 0; t < n; t++) {
		returns[t] = 0.0;
		quantile[t] = var;
		shortfall[t] = es;
	}
}

static void statistics_by_hand(void **state)
{
	struct coverage_data d = data_of(100, 0.025);
	struct shortfall_null null = { &key, 1000, 0.0 };
	struct shortfall_test r;

	(void)state;
	set_flat(100, -2.0, -2.5);
	returns[3] = -3.0;
	returns[40] = -2.25;
	returns[41] = -2.0; /* no hit: not below */
	assert_int_equal(shortfall_test(&r, &d, &null), OK);
	assert_int_equal(r.hits, 2);
	assert_true(r.has_z1 && fabs(r.z1 - (1.0 - 2.1 / 2.0)) < 1e-14);
	assert_true(fabs(r.z2 - (1.0 - 2.1 / 2.5)) < 1e-14);
	assert_true(r.z1_draws < 1000 && r.z1_draws > 850); /* 0.92 have a hit */
	returns[3] = returns[40] = 0.0;
	assert_int_equal(shortfall_test(&r, &d, &null), OK);
	assert_false(r.has_z1);
	assert_true(r.z2 == 1.0 && r.z2_p == 1.0 && r.z1_p == 1.0);
}

/* Three bars, excess only on the sum of so many exponentials: P(Z2 <= z) by
 * the binomial and the Erlang law. */
static double exact_z2(double z, size_t n, double p, double var, double es)
{
	double sum = 0.0, choose = 1.0;

	for (size_t k = 0; k <= n; k++) {
		/* sum of ret / es = k var / es + mean / |es| Erlang(k) */
		double need = ((1.0 - z) * (double)n * p - (double)k * var / es) *
			      es / (es - var);
		double tail = need <= 0.0 ? 1.0 : 0.0, term = 1.0;

		for (size_t j = 0; need > 0.0 && j < k; j++) {
			tail += term * elementary_exp(-need);
			term *= need / ((double)j + 1.0);
		}
		sum += choose * pow(p, (double)k) *
		       pow(1.0 - p, (double)(n - k)) * tail;
		choose *= (double)(n - k) / ((double)k + 1.0);
	}
	return sum;
}

static void p_of_z2_is_that_of_the_null(void **state)
{
	struct shortfall_null null = { &key, 200000, 0.0 };

	(void)state;
	for (size_t n = 3; n <= 30; n += 9)
		for (size_t hits = 1; hits <= 3; hits++) {
			struct coverage_data d = data_of(n, 0.1);
			struct shortfall_test r;
			double exact, error;

			set_flat(n, -1.0, -1.3);
			for (size_t t = 0; t < hits; t++)
				returns[t] = -1.2 - 0.2 * (double)t;
			assert_int_equal(shortfall_test(&r, &d, &null), OK);
			exact = exact_z2(r.z2, n, 0.1, -1.0, -1.3);
			error = sqrt(exact * (1.0 - exact) / null.draws);
			assert_true(exact > 1e-4 && exact < 0.99);
			assert_true(fabs(r.z2_p - exact) < 4.0 * error + 1e-5);
		}
}

/* The paper: 5 % critical value of Z2 about -0.70 at 2.5 % and 250 bars. */
static void critical_values_are_the_papers(void **state)
{
	struct coverage_data d = data_of(250, 0.025);
	struct shortfall_null null = { &key, 20000, 0.0 };
	double p[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct shortfall_test r;
		double z = k ? -1.8 : -0.70;

		set_flat(250, -1.959964, -2.337803); /* normal returns */
		returns[0] = (1.0 - z) * 250.0 * 0.025 * -2.337803;
		assert_int_equal(shortfall_test(&r, &d, &null), OK);
		assert_true(fabs(r.z2 - z) < 1e-12);
		p[k] = r.z2_p;
	}
	assert_true(p[0] > 0.035 && p[0] < 0.065);
	assert_true(p[1] < 0.001);
}

/* Under the truth p is uniform; where shortfall is understated it is small.
 * Returns have a Pareto tail, the null the same shape. */
static void sizes_and_power(void **state)
{
	int low[2][2] = { { 0 } }, runs = 400;
	struct shortfall_null null = { &key, 400, 0.3 };

	(void)state;
	for (int wrong = 0; wrong < 2; wrong++)
		for (int i = 0; i < runs; i++) {
			struct coverage_data d = data_of(N, 0.025);
			struct shortfall_test r;

			for (size_t t = 0; t < N; t++) {
				double s = 1.0 + 0.5 * sin((double)t / 30.0);
				double e = (pow(uniform(1e-12, 1.0), -0.3) -
					    1.0) / 0.3 * 0.7;

				quantile[t] = -2.0 * s;
				shortfall[t] = (wrong ? -2.15 : -2.5) * s;
				returns[t] = uniform(0.0, 1.0) < 0.025
						     ? (-2.0 - 0.5 * e) * s
						     : s;
			}
			assert_int_equal(shortfall_test(&r, &d, &null), OK);
			low[wrong][0] += r.z1_p < 0.1;
			low[wrong][1] += r.z2_p < 0.1;
		}
	for (int k = 0; k < 2; k++) {
		assert_in_range(low[0][k], 24, 58); /* 40 expected, 3 sd */
		assert_true(low[1][k] > low[0][k] + 30);
	}
	assert_true(low[1][0] > runs * 9 / 10);
}

/* The unit of returns does not matter, nor what the non-hits are. */
static void invariances(void **state)
{
	struct coverage_data d = data_of(300, 0.05);
	struct shortfall_null null = { &key, 500, 0.2 };
	struct shortfall_test a, b;

	(void)state;
	for (size_t t = 0; t < 300; t++) {
		quantile[t] = -uniform(0.5, 2.0);
		shortfall[t] = 1.25 * quantile[t];
		returns[t] = t % 17 ? uniform(0.0, 1.0) : 1.3 * quantile[t];
	}
	assert_int_equal(shortfall_test(&a, &d, &null), OK);
	for (size_t t = 0; t < 300; t++) {
		returns[t] *= t % 17 ? 7.0 : 4.0;
		quantile[t] *= 4.0;
		shortfall[t] *= 4.0;
	}
	assert_int_equal(shortfall_test(&b, &d, &null), OK);
	assert_memory_equal(&a.z1, &b.z1, sizeof(a.z1));
	assert_true(a.z2 == b.z2 && a.z1_p == b.z1_p && a.z2_p == b.z2_p);
}

static void bad_input_is_refused(void **state)
{
	struct coverage_data d = data_of(10, 0.05);
	struct shortfall_null null = { &key, 500, 0.0 };
	struct shortfall_test r;

	(void)state;
	set_flat(10, -1.0, -1.2);
	assert_int_equal(shortfall_test(&r, &d, &null), OK);
	null.shape = 0.95;
	assert_int_equal(shortfall_test(&r, &d, &null), E_INPUT);
	null = (struct shortfall_null){ &key, 5, 0.0 };
	assert_int_equal(shortfall_test(&r, &d, &null), E_INPUT);
	null.draws = 500;
	shortfall[4] = -0.9; /* above the quantile */
	assert_int_equal(shortfall_test(&r, &d, &null), E_INPUT);
	shortfall[4] = (double)NAN;
	assert_int_equal(shortfall_test(&r, &d, &null), E_INPUT);
	d.shortfall = NULL;
	assert_int_equal(shortfall_test(&r, &d, &null), E_INPUT);
}

static void thinning_takes_every_h(void **state)
{
	struct coverage_data d = data_of(100, 0.05), thin;

	(void)state;
	for (size_t t = 0; t < 100; t++) {
		returns[t] = (double)t;
		quantile[t] = 1000.0 + (double)t;
		shortfall[t] = 2000.0 + (double)t;
	}
	assert_int_equal(coverage_thinned(&thin, &d, 24, 5, &arena), OK);
	assert_int_equal(thin.n, 4); /* 5, 29, 53, 77 */
	for (size_t i = 0; i < 4; i++) {
		double t = 5.0 + 24.0 * (double)i;

		assert_true(thin.returns[i] == t &&
			    thin.quantile[i] == 1000.0 + t &&
			    thin.shortfall[i] == 2000.0 + t);
	}
	d.shortfall = NULL;
	assert_int_equal(coverage_thinned(&thin, &d, 1, 0, &arena), OK);
	assert_true(thin.n == 100 && !thin.shortfall);
	assert_int_equal(coverage_thinned(&thin, &d, 5, 5, &arena), E_INPUT);
	assert_int_equal(coverage_thinned(&thin, &d, 0, 0, &arena), E_INPUT);
	arena_reset(&arena, 0);
}

/* Sums over 24 bars: tests for independent bars reject the truth too often,
 * blocks do not. */
static void overlapping_horizons(void **state)
{
	int rejected[3] = { 0 }, runs = 200;
	struct bootstrap_plan plan = { .key = &key, .replicates = 300,
				       .level = 0.95 };
	double sd = sqrt(24.0);

	(void)state;
	for (int i = 0; i < runs; i++) {
		static double shocks[N + 24];
		struct coverage_data d = data_of(N, 0.1);
		struct overlapping_test o;
		struct test_result k;

		for (size_t t = 0; t < N + 24; t++)
			shocks[t] = normal_quantile(uniform(1e-9, 1.0));
		for (size_t t = 0; t < N; t++) {
			returns[t] = 0.0;
			for (size_t j = 0; j < 24; j++)
				returns[t] += shocks[t + j];
			quantile[t] = -1.2815516 * sd;
			shortfall[t] = -1.7549833 * sd;
		}
		assert_int_equal(coverage_kupiec(&k, &d), OK);
		rejected[0] += k.p < 0.05;
		assert_int_equal(coverage_overlapping(&o, &d, 24, &plan, &arena),
				 OK);
		assert_true(o.share.block >= 24.0 && o.z2.block >= 24.0);
		assert_true(fabs(o.share.value -
				 (double)coverage_hits(&d) / N) < 1e-12);
		rejected[1] += o.share.p < 0.05;
		rejected[2] += o.z2.p < 0.05;
	}
	assert_true(rejected[0] > runs / 3);
	assert_true(rejected[1] < runs / 5 && rejected[2] < runs / 5);
	assert_int_equal(arena.used, 0);
}

#define OVERLAP_N 3000
#define OVERLAP_RUNS 200

/* One history: which of Kupiec's test of all and of those apart, and the two in
 * blocks, reject at 5 %.  at: quantile and shortfall of one step. */
static void reject_overlapping(int rejected[4], size_t n, double p,
			       const double at[2],
			       const struct bootstrap_plan *plan)
{
	static double shocks[OVERLAP_N + 4], ret[OVERLAP_N], q[OVERLAP_N],
		es[OVERLAP_N];
	const struct coverage_data all = { ret, q, es, n, p };
	struct coverage_data apart;
	struct overlapping_test blocks;
	struct test_result k[2];

	for (size_t t = 0; t < n + 3; t++)
		shocks[t] = normal_quantile(uniform(1e-9, 1.0));
	for (size_t t = 0; t < n; t++) {
		ret[t] = shocks[t] + shocks[t + 1] + shocks[t + 2] +
			 shocks[t + 3];
		q[t] = 2.0 * at[0];
		es[t] = 2.0 * at[1];
	}
	assert_int_equal(coverage_thinned(&apart, &all, 4, 0, &arena), OK);
	assert_int_equal(coverage_kupiec(&k[0], &all), OK);
	assert_int_equal(coverage_kupiec(&k[1], &apart), OK);
	assert_int_equal(coverage_overlapping(&blocks, &all, 4, plan, &arena),
			 OK);
	rejected[0] += k[0].p < 0.05;
	rejected[1] += k[1].p < 0.05;
	rejected[2] += blocks.share.p < 0.05;
	rejected[3] += blocks.z2.p < 0.05;
	arena_reset(&arena, 0);
}

/* Right forecasts of four steps each, made at every step: how often each test
 * rejects at 5 %.  Apart it is right, on all far too often; in blocks it comes
 * near as falls become many. */
static void sizes_where_horizons_overlap(void **state)
{
	static const struct {
		size_t n;
		double p, at[2];
		int most; /* per cent that blocks may reject */
	} rows[] = { { 500, 0.01, { -2.3263479, -2.6652142 }, 25 },
		     { 1460, 0.01, { -2.3263479, -2.6652142 }, 18 },
		     { 1460, 0.025, { -1.9599640, -2.3378027 }, 14 },
		     { OVERLAP_N, 0.01, { -2.3263479, -2.6652142 }, 13 } };
	struct bootstrap_plan plan = { .key = &key, .replicates = 200,
				       .level = 0.95 };

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		int rejected[4] = { 0 };

		for (int i = 0; i < OVERLAP_RUNS; i++)
			reject_overlapping(rejected, rows[r].n, rows[r].p,
					   rows[r].at, &plan);
		print_message("%9zu %6.3f %10.1f %% %11.1f %% %12.1f %% "
			      "%9.1f %%\n", rows[r].n, rows[r].p,
			      0.5 * rejected[0], 0.5 * rejected[1],
			      0.5 * rejected[2], 0.5 * rejected[3]);
		assert_true(rejected[0] > 2 * 10);
		assert_true(rejected[1] < 2 * 10);
		assert_true(rejected[2] < 2 * rows[r].most);
		assert_true(rejected[3] < 2 * rows[r].most);
	}
}

static void pinball_is_its_formula(void **state)
{
	double at[3];

	(void)state;
	assert_true(fabs(score_pinball(1.0, 3.0, 0.25) - 1.5) < 1e-15);
	assert_true(fabs(score_pinball(7.0, 3.0, 0.25) - 1.0) < 1e-15);
	assert_true(score_pinball(3.0, 3.0, 0.25) == 0.0);
	/* the 10 % point of 0 .. 99 has the least loss */
	for (int k = 0; k < 3; k++) {
		at[k] = 0.0;
		for (int i = 0; i < 100; i++)
			at[k] += score_pinball(i, 9.5 + 3.0 * (k - 1), 0.1);
	}
	assert_true(at[1] < at[0] && at[1] < at[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistics_by_hand),
		cmocka_unit_test(p_of_z2_is_that_of_the_null),
		cmocka_unit_test(critical_values_are_the_papers),
		cmocka_unit_test(sizes_and_power),
		cmocka_unit_test(invariances),
		cmocka_unit_test(bad_input_is_refused),
		cmocka_unit_test(thinning_takes_every_h),
		cmocka_unit_test(overlapping_horizons),
		cmocka_unit_test(sizes_where_horizons_overlap),
		cmocka_unit_test(pinball_is_its_formula),
	};

	arena_init(&arena, block, sizeof(block));
	key = rng_key_of(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
