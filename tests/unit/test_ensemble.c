/* test_ensemble.c -- tail tables, mixtures, weights, conformal levels, scores:
 * each against its definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/ensemble/conformal.h"
#include "models/ensemble/mixture.h"
#include "models/ensemble/scores.h"
#include "models/ensemble/weights.h"
#include "tests/support/points.h"

static const double shapes[][2] = { { 0.0, 0.0 }, { 2.1, 0.0 }, { 4.0, -0.4 },
				    { 6.0, 0.3 }, { 30.0, 0.1 } };

static void tables_are_within_their_bound(void **state)
{
	(void)state;
	for (size_t k = 0; k < 5; k++) {
		struct skewed_t law = skewed_t_of(shapes[k][0], shapes[k][1]);
		struct tail_table table;

		tail_table_of_law(&table, &law);
		for (double log_p = log(1e-6); log_p < log(0.3);
		     log_p += 0.013) {
			struct tail_point exact =
				skewed_t_tail(&law, exp(log_p));
			double q = tail_quantile(&table, log_p);

			if (log_p < log(0.05))
				assert_true(fabs(q / exact.quantile - 1.0) <
					    1.3e-3);
			else
				assert_true(fabs(q - exact.quantile) < 2.5e-3);
			assert_true(fabs(tail_shortfall(&table, log_p) /
						 exact.shortfall - 1.0) <
				    1.3e-3);
			assert_true(fabs(tail_read(&table, q).log_p - log_p) <
				    1e-9);
		}
	}
}

/* Mean below a quantile by integrating quantiles over probability. */
static void shortfalls_are_means_of_quantiles(void **state)
{
	(void)state;
	for (size_t k = 0; k < 5; k++) {
		struct skewed_t law = skewed_t_of(shapes[k][0], shapes[k][1]);
		double sum = 0.0, p = 0.04;
		int nodes = 4000;

		for (int i = 0; i < nodes; i++) {
			double u = (i + 0.5) / nodes; /* p u^3: dense below */

			sum += 3.0 * u * u / nodes *
			       skewed_t_tail(&law, p * u * u * u).quantile;
		}
		assert_true(fabs(skewed_t_tail(&law, p).shortfall / sum - 1.0) <
			    2e-4);
	}
}

static void pareto_tables_follow_the_law(void **state)
{
	const struct pareto_tail tail = { 1.5, 0.05, 0.2, 0.6 };
	struct tail_table table;
	double p = 0.01, z, sum = 0.0;

	(void)state;
	tail_table_of_pareto(&table, &tail);
	z = 1.5 + 0.6 / 0.2 * (pow(p / 0.05, -0.2) - 1.0);
	assert_true(fabs(-tail_quantile(&table, log(p)) / z - 1.0) < 1e-3);
	assert_true(fabs(-tail_shortfall(&table, log(p)) /
				 (z + (0.6 + 0.2 * (z - 1.5)) / 0.8) - 1.0) <
		    1e-3);
	for (int i = 0; i < 4000; i++) { /* p = 0.2: both pieces */
		double u = (i + 0.5) / 4000;

		sum += 3.0 * u * u / 4000 *
		       tail_quantile(&table, log(0.2 * u * u * u));
	}
	assert_true(fabs(tail_shortfall(&table, log(0.2)) / sum - 1.0) < 5e-3);
}

static struct mixture two(const struct tail_table *a, const struct tail_table *b)
{
	struct mixture m = { .count = 2 };

	m.members[0] = (struct mixture_member){ 0.001, 0.01, 1.0, 0.3, 0.7, a };
	m.members[1] = (struct mixture_member){ -0.002, 0.03, 1.2, 0.7, 0.3,
						b };
	return m;
}

static void mixtures_have_their_moments_and_quantiles(void **state)
{
	struct skewed_t normal = skewed_t_of(0.0, 0.0);
	struct skewed_t heavy = skewed_t_of(4.0, -0.2);
	struct tail_table a, b;
	struct mixture m;
	double mean = 0.3 * 0.001 - 0.7 * 0.002;

	(void)state;
	tail_table_of_law(&a, &normal);
	tail_table_of_law(&b, &heavy);
	m = two(&a, &b);
	assert_true(fabs(mixture_variance(&m) -
			 (0.3 * (1e-4 + 1e-6) + 0.7 * (9e-4 + 4e-6) -
			  mean * mean)) < 1e-15);
	for (double p = 1e-4; p < 0.2; p *= 1.7) {
		struct tail_point at = mixture_tail(&m, p);
		double below = 0.0, sum = 0.0;

		/* the weights of what lies below must be p, its mean es */
		for (int i = 0; i < 2; i++) {
			const struct mixture_member *x = &m.members[i];
			double d = x->deviation * x->tail_scale;
			struct tail_reading r =
				tail_read(x->table, (at.quantile - x->mean) / d);

			below += x->weight_tail * exp(r.log_p);
			sum += x->weight_tail * exp(r.log_p) *
			       (x->mean + d * r.shortfall);
		}
		assert_true(fabs(below / p - 1.0) < 1e-6);
		assert_true(fabs(at.shortfall / (sum / below) - 1.0) < 1e-9);
		assert_true(at.shortfall < at.quantile);
	}
	m.members[0].weight_tail = 1.0; /* one member: its own quantile */
	m.members[1].weight_tail = 0.0;
	assert_true(fabs(mixture_tail(&m, 0.01).quantile -
			 member_tail(&m.members[0], 0.01).quantile) < 1e-12);
}

static void weights_follow_fixed_share(void **state)
{
	const struct weight_rule rule = { 0.5, 0.1, -1.0, 4.0 };
	double w[4] = { 0.4, 0.4, 0.2, 0.0 }, e[3], sum;
	const double losses[4] = { 1.0, 9.0, -3.0, 0.0 };
	const double prior[4] = { 2.0, 1.0, 1.0, 0.0 };

	(void)state;
	e[0] = 0.4 * exp(-0.5);
	e[1] = 0.4 * exp(-2.0); /* clipped at 4 */
	e[2] = 0.2 * exp(0.5);  /* clipped at -1 */
	sum = e[0] + e[1] + e[2];
	weights_update(w, losses, prior, 4, &rule);
	for (int i = 0; i < 3; i++)
		assert_true(fabs(w[i] - (0.9 * e[i] / sum +
					 0.1 * prior[i] / 4.0)) < 1e-14);
	assert_true(w[3] == 0.0);
}

/* The lowest loss of any sequence, switches paid, by trying all of them. */
static void best_sequences_are_the_best(void **state)
{
	const struct weight_rule rule = { 2.0, 0.2, -10.0, 10.0 };
	const bool present[3] = { true, true, true };
	double price = log(3.0 / 0.2) / 2.0, losses[6][3], best[3], least;

	(void)state;
	memset(best, 0, sizeof(best));
	for (int t = 0; t < 6; t++) {
		for (int i = 0; i < 3; i++)
			losses[t][i] = uniform(0.0, 3.0);
		weights_switching(best, losses[t], present, 3, &rule);
	}
	for (int end = 0; end < 3; end++) {
		least = 1e9;
		for (int code = 0; code < 729; code++) {
			int path[6], rest = code;
			double sum = 0.0;

			for (int t = 0; t < 6; t++, rest /= 3)
				path[t] = rest % 3;
			for (int t = 0; t < 6; t++)
				sum += losses[t][path[t]] +
				       (t && path[t] != path[t - 1] ? price
								    : 0.0);
			if (path[5] == end && sum < least)
				least = sum;
		}
		assert_true(fabs(best[end] - least) < 1e-12);
	}
}

static void conformal_levels_keep_coverage(void **state)
{
	double level = 0.01;
	int misses = 0, n = 200000;

	(void)state;
	/* forecasts too narrow by a factor that drifts: hits come at 1.6 times
	 * the level's own probability, then at half of it */
	for (int t = 0; t < n; t++) {
		double real = t < n / 2 ? 1.6 * level : 0.5 * level;
		bool miss = uniform(0.0, 1.0) < real;

		misses += miss;
		level = conformal_next(level, 0.01, miss);
		assert_true(level >= 0.001 && level <= 0.1);
	}
	assert_true(fabs((double)misses / n - 0.01) < 0.0008);
	for (int t = 0; t < 100; t++)
		level = conformal_next(level, 0.01, true);
	assert_true(level == 0.01 / CONFORMAL_SPAN);
}

static void conformal_falls_are_capped_and_widen(void **state)
{
	struct conformal_choice c = { 5.0, 3.0, 4.0, true };

	(void)state;
	assert_true(conformal_fall(&c) == 4.0);
	c.cap = 2.0; /* a cap inside the nominal fall is none */
	assert_true(conformal_fall(&c) == 5.0);
	c.at_level = 2.5;
	assert_true(conformal_fall(&c) == 3.0);
	c.widen_only = false;
	assert_true(conformal_fall(&c) == 2.5);
}

/* FZ0 is least, on average, at the true quantile and shortfall. */
static void fz0_is_least_at_the_truth(void **state)
{
	struct skewed_t normal = skewed_t_of(0.0, 0.0);
	struct tail_point truth = skewed_t_tail(&normal, 0.025);
	double sums[5] = { 0.0 };

	(void)state;
	for (int i = 0; i < 200000; i++) {
		double r = normal_quantile((i + 0.5) / 200000);
		double v = truth.quantile, e = truth.shortfall;

		sums[0] += score_fz0(r, v, e, 0.025);
		sums[1] += score_fz0(r, 1.05 * v, e, 0.025);
		sums[2] += score_fz0(r, 0.95 * v, e, 0.025);
		sums[3] += score_fz0(r, v, 1.05 * e, 0.025);
		sums[4] += score_fz0(r, v, 0.95 * e, 0.025);
	}
	for (int k = 1; k < 5; k++)
		assert_true(sums[k] > sums[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_within_their_bound),
		cmocka_unit_test(shortfalls_are_means_of_quantiles),
		cmocka_unit_test(pareto_tables_follow_the_law),
		cmocka_unit_test(mixtures_have_their_moments_and_quantiles),
		cmocka_unit_test(weights_follow_fixed_share),
		cmocka_unit_test(best_sequences_are_the_best),
		cmocka_unit_test(conformal_levels_keep_coverage),
		cmocka_unit_test(conformal_falls_are_capped_and_widen),
		cmocka_unit_test(fz0_is_least_at_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
