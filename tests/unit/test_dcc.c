/* test_dcc.c -- the gradient against differences, the likelihood against one
 * written out, recovery from simulated data, the filter, holes, bad input. */
#include "tests/unit/dcc_data.h"

static void gradient_is_that_of_differences(void **state)
{
	static const double points[][2] = { { 0.05, 0.9 }, { 0.01, 0.98 },
					    { 0.3, 0.2 }, { 0.002, 0.5 } };
	double q[9], step = 1e-6;
	struct arena arena = whole_arena();
	struct dcc_data data;

	(void)state;
	simulate(q, 1, 0.06, 0.9);
	make_holes();
	assert_int_equal(dcc_prepare(&data, &table, target, &arena), OK);
	for (size_t k = 0; k < 4; k++) {
		double a = points[k][0], b = points[k][1], by_a, by_b;
		struct dcc_value at, up, down;

		dcc_evaluate(&at, &data, a, b);
		dcc_evaluate(&up, &data, a + step, b);
		dcc_evaluate(&down, &data, a - step, b);
		by_a = (up.log_likelihood - down.log_likelihood) / (2 * step);
		dcc_evaluate(&up, &data, a, b + step);
		dcc_evaluate(&down, &data, a, b - step);
		by_b = (up.log_likelihood - down.log_likelihood) / (2 * step);
		assert_true(fabs(by_a - at.slope.by_a) <
			    1e-6 * (100.0 + fabs(by_a)));
		assert_true(fabs(by_b - at.slope.by_b) <
			    1e-6 * (100.0 + fabs(by_b)));
	}
}

/* Every pair by itself, from the definition. */
static double direct_likelihood(double a, double b)
{
	double sum = 0.0, q[ASSETS][ASSETS];

	for (size_t i = 0; i < ASSETS * ASSETS; i++)
		q[i / ASSETS][i % ASSETS] = target[i];
	for (size_t t = 0; t < BARS; t++)
		for (size_t i = 0; i < ASSETS; i++)
			for (size_t j = i + 1; j < ASSETS; j++) {
				double x = values[i][t], y = values[j][t];
				double r = q[i][j] / sqrt(q[i][i] * q[j][j]);
				double d = 1.0 - r * r;

				if (present[i][t] && present[j][t])
					sum -= log(2.0 * acos(-1.0)) +
					       0.5 * log(d) +
					       0.5 * (x * x - 2 * r * x * y +
						      y * y) / d;
				if (i + 2 < ASSETS || j + 1 < ASSETS)
					continue;
				for (size_t k = 0; k < ASSETS; k++)
					for (size_t l = 0; l < ASSETS; l++) {
						size_t at = k * ASSETS + l;
						double s = target[at];
						double p = present[k][t] &&
								present[l][t]
							? values[k][t] *
								  values[l][t]
							: s;

						q[k][l] = (1 - a - b) * s +
							  a * p + b * q[k][l];
					}
			}
	return sum;
}

static void likelihood_is_the_definition(void **state)
{
	struct arena arena = whole_arena();
	struct dcc_value value;
	struct dcc_data data;
	double q[9], direct;

	(void)state;
	simulate(q, 2, 0.05, 0.93);
	make_holes();
	assert_int_equal(dcc_prepare(&data, &table, target, &arena), OK);
	dcc_evaluate(&value, &data, 0.08, 0.85);
	direct = direct_likelihood(0.08, 0.85);
	assert_true(fabs(value.log_likelihood / direct - 1.0) < 1e-12);
}

static void parameters_are_recovered(void **state)
{
	static const double truths[][2] = { { 0.05, 0.93 }, { 0.1, 0.8 },
					    { 0.02, 0.97 } };

	(void)state;
	for (uint8_t k = 0; k < 3; k++) {
		struct arena arena = whole_arena();
		struct dcc_value at_truth;
		struct dcc_data data;
		struct dcc_fit fit;
		double q[9], a = truths[k][0], b = truths[k][1];

		simulate(q, (uint8_t)(3 + k), a, b);
		assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL),
				 OK);
		assert_int_equal(arena.used, 0);
		print_message("a %.3f: %.4f, b %.3f: %.4f, %u iterations\n", a,
			      fit.a, b, fit.b, fit.iterations);
		assert_true(fit.converged);
		assert_true(fabs(fit.a - a) < 0.2 * a);
		assert_true(fabs(fit.b - b) < 0.04);
		assert_int_equal(dcc_prepare(&data, &table, target, &arena),
				 OK);
		dcc_evaluate(&at_truth, &data, a, b);
		assert_true(fit.log_likelihood >= at_truth.log_likelihood);
	}
}

static void the_top_is_flat(void **state)
{
	struct arena arena = whole_arena();
	struct dcc_value value;
	struct dcc_data data;
	struct dcc_fit fit;
	double q[9];

	(void)state;
	simulate(q, 6, 0.05, 0.9);
	make_holes();
	assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL), OK);
	assert_int_equal(dcc_prepare(&data, &table, target, &arena), OK);
	dcc_evaluate(&value, &data, fit.a, fit.b);
	assert_true(value.log_likelihood == fit.log_likelihood);
	assert_true(fabs(value.slope.by_a) < 1e-3 * BARS);
	assert_true(fabs(value.slope.by_b) < 1e-3 * BARS);
}

static void constant_correlation_has_no_dynamics(void **state)
{
	struct arena arena = whole_arena();
	struct dcc_fit fit;
	double q[9];

	(void)state;
	simulate(q, 7, 0.0, 0.0);
	assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL), OK);
	assert_true(fit.converged && fit.a < 0.01);
	assert_true(fabs(fit.next[1] - target[1]) < 0.05);
}

static void filter_follows_the_definition(void **state)
{
	struct dcc_parameters at = { 0.05, 0.93, target };
	struct arena arena = whole_arena();
	double q[9], next[9];
	struct dcc_fit fit;

	(void)state;
	simulate(q, 8, 0.05, 0.93);
	assert_int_equal(dcc_filter(next, &table, &at), OK);
	for (size_t i = 0; i < 9; i++)
		assert_true(fabs(next[i] - q[i] / sqrt(q[i % 3 * 4] *
						       q[i / 3 * 4])) < 1e-12);
	assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL), OK);
	at = (struct dcc_parameters){ fit.a, fit.b, target };
	assert_int_equal(dcc_filter(next, &table, &at), OK);
	assert_memory_equal(next, fit.next, sizeof(next));
	at = (struct dcc_parameters){ 0.0, 0.0, target };
	assert_int_equal(dcc_filter(next, &table, &at), OK);
	assert_memory_equal(next, target, sizeof(next));
}

static void the_future_does_not_matter(void **state)
{
	struct dcc_parameters at = { 0.05, 0.93, target };
	struct residual_table past = { columns, ASSETS, 3000 };
	double q[9], before[9], after[9], last[9];

	(void)state;
	simulate(q, 9, 0.05, 0.93);
	assert_int_equal(dcc_filter(before, &past, &at), OK);
	for (size_t t = 3000; t < BARS; t++)
		for (size_t i = 0; i < ASSETS; i++) {
			values[i][t] = (double)(t % 7) - 3.0;
			present[i][t] = (t + i) % 4 != 0;
		}
	assert_int_equal(dcc_filter(after, &past, &at), OK);
	assert_memory_equal(before, after, sizeof(before));
	values[1][2999] += 1.0; /* but the last bar does */
	assert_int_equal(dcc_filter(last, &past, &at), OK);
	assert_true(fabs(last[1] - before[1]) > 1e-4);
}

/* A bar without asset 0 leaves that row at b Q + (1 - b) S. */
static void holes_take_the_expectation(void **state)
{
	struct dcc_parameters at = { 0.1, 0.8, target };
	struct residual_table two = { columns, ASSETS, 2 };
	double q[9], next[9], r01, q00, q11, q01;

	(void)state;
	simulate(q, 10, 0.05, 0.93);
	present[0][1] = 0;
	assert_int_equal(dcc_filter(next, &two, &at), OK);
	q00 = 1.0 + 0.1 * (values[0][0] * values[0][0] - 1.0);
	q01 = 0.6 + 0.1 * (values[0][0] * values[1][0] - 0.6);
	q11 = 1.0 + 0.1 * (values[1][0] * values[1][0] - 1.0);
	q00 = 0.8 * q00 + 0.2;
	q01 = 0.8 * q01 + 0.2 * 0.6;
	q11 = 0.1 + 0.1 * values[1][1] * values[1][1] + 0.8 * q11;
	r01 = q01 / sqrt(q00 * q11);
	assert_true(fabs(next[1] - r01) < 1e-14 && next[1] == next[3]);
}

static void is_correlation(const double *matrix, size_t n)
{
	double factor[N * N];

	memcpy(factor, matrix, n * n * sizeof(*matrix));
	assert_int_equal(linalg_factor(factor, n), OK);
	for (size_t i = 0; i < n; i++)
		assert_true(matrix[i * n + i] == 1.0);
}

/* One asset quiet while its twin is away: Q leaves the positive definite. */
static void rows_that_part_still_correlate(void **state)
{
	static const double close[4] = { 1, 0.95, 0.95, 1 };
	struct dcc_parameters at = { 0.2, 0.7, close };
	struct residual_table pair = { columns, 2, 300 };
	struct arena arena = whole_arena();
	struct dcc_value value;
	struct dcc_data data;
	struct dcc_fit fit;
	double q[9], next[4];

	(void)state;
	simulate(q, 11, 0.05, 0.93);
	for (size_t t = 200; t < 300; t++) {
		values[0][t] = 0.0;
		present[1][t] = 0;
	}
	assert_int_equal(dcc_filter(next, &pair, &at), OK);
	assert_true(next[1] > 0.99 && next[1] < 1.0);
	is_correlation(next, 2);
	assert_int_equal(dcc_fit_table(&fit, &pair, close, &arena, NULL), OK);
	is_correlation(fit.next, 2);
	pair.count = 301; /* the twin is back: a density under that Q */
	assert_int_equal(dcc_prepare(&data, &pair, close, &arena), OK);
	dcc_evaluate(&value, &data, at.a, at.b);
	assert_true(value.log_likelihood - value.log_likelihood == 0.0);
	assert_true(value.log_likelihood < -1e3);
}

static void collinear_assets_fit(void **state)
{
	double q[9], twins[9] = { 1, 1, 0.3, 1, 1, 0.3, 0.3, 0.3, 1 };
	struct arena arena = whole_arena();
	struct dcc_fit fit;

	(void)state;
	simulate(q, 12, 0.05, 0.93);
	memcpy(values[1], values[0], sizeof(values[0]));
	assert_int_equal(dcc_fit_table(&fit, &table, twins, &arena, NULL), E_INPUT);
	assert_int_equal(linalg_make_positive(twins, 3, 1e-6), OK);
	assert_int_equal(dcc_fit_table(&fit, &table, twins, &arena, NULL), OK);
	assert_true(fit.a >= 0.0 && fit.b >= 0.0 &&
		    fit.a + fit.b <= DCC_PERSISTENCE_MAX);
	assert_true(fit.log_likelihood - fit.log_likelihood == 0.0);
	is_correlation(fit.next, 3);
	assert_true(fit.next[1] > 0.999);
}

static void outliers_and_constants_fit(void **state)
{
	struct arena arena = whole_arena();
	struct dcc_fit fit;
	double q[9];

	(void)state;
	simulate(q, 13, 0.05, 0.93);
	values[0][100] = 1e99;
	values[1][100] = -1e99;
	assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL), OK);
	is_correlation(fit.next, 3);
	memset(values[0], 0, sizeof(values[0]));
	memset(values[1], 0, sizeof(values[1]));
	assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL), OK);
	is_correlation(fit.next, 3);
	assert_true(fit.log_likelihood - fit.log_likelihood == 0.0);
}

static void one_asset_and_sixteen(void **state)
{
	struct residual_table some = { columns, 1, BARS };
	struct arena arena = whole_arena();
	double q[9], unit[N * N];
	struct dcc_fit fit;

	(void)state;
	simulate(q, 14, 0.05, 0.93);
	assert_int_equal(dcc_fit_table(&fit, &some, target, &arena, NULL), OK);
	assert_true(fit.a == 0.0 && fit.b == 0.0 && fit.converged);
	assert_true(fit.next[0] == 1.0);
	for (size_t i = 0; i < N * N; i++)
		unit[i] = i % (N + 1) ? 0.0 : 1.0;
	some.assets = N;
	assert_int_equal(dcc_fit_table(&fit, &some, unit, &arena, NULL), OK);
	is_correlation(fit.next, N);
	print_message("16 assets: %u iterations\n", fit.iterations);
}

static void refuse(const struct residual_table *bad, const double *s,
		   enum status expected)
{
	struct dcc_parameters at = { 0.05, 0.9, s };
	struct arena arena = whole_arena();
	struct dcc_fit fit, before;
	double next[N * N];

	memset(&fit, 0x5a, sizeof(fit));
	memcpy(&before, &fit, sizeof(fit));
	memcpy(next, fit.next, sizeof(next));
	assert_int_equal(dcc_fit_table(&fit, bad, s, &arena, NULL), E_INPUT);
	assert_memory_equal(&fit, &before, sizeof(fit));
	assert_int_equal(arena.used, 0);
	assert_int_equal(dcc_filter(next, bad, &at), expected);
	if (expected)
		assert_memory_equal(next, before.next, sizeof(next));
}

static void bad_tables_are_a_status(void **state)
{
	static const double bad[] = { (double)NAN, (double)INFINITY,
				      -(double)INFINITY, 1e100 };
	struct residual_table other = table;
	double q[9];

	(void)state;
	simulate(q, 15, 0.05, 0.93);
	other.assets = 0;
	refuse(&other, target, E_INPUT);
	other.assets = N + 1;
	refuse(&other, target, E_INPUT);
	other = table;
	other.count = 49; /* too few to fit, not to filter */
	refuse(&other, target, OK);
	other.count = 0;
	refuse(&other, target, OK);
	for (size_t k = 0; k < 4; k++) {
		double kept = values[2][77];

		values[2][77] = bad[k];
		refuse(&table, target, E_INPUT);
		values[2][77] = kept;
	}
	for (size_t t = 0; t < BARS; t++)
		for (size_t i = 0; i < ASSETS; i++)
			present[i][t] = t % ASSETS == i;
	refuse(&table, target, OK); /* no overlap */
}

static void bad_targets_are_a_status(void **state)
{
	static const double bad[] = { (double)NAN, (double)INFINITY, 1.0, 2.0,
				      -1.5 };
	double q[9], s[9];

	(void)state;
	simulate(q, 16, 0.05, 0.93);
	for (size_t k = 0; k < 5; k++) {
		memcpy(s, target, sizeof(s));
		s[1] = s[3] = bad[k];
		refuse(&table, s, E_INPUT);
	}
	memcpy(s, target, sizeof(s));
	s[4] = 0.9;
	refuse(&table, s, E_INPUT);
}

static void bad_parameters_are_a_status(void **state)
{
	static const double bad[][2] = { { -1e-9, 0.5 }, { 0.5, -1e-9 },
					 { 0.5, 0.5 }, { (double)NAN, 0.1 },
					 { 0.1, (double)NAN } };
	struct arena arena;
	struct dcc_fit fit;
	double q[9], next[9] = { 7 };

	(void)state;
	simulate(q, 17, 0.05, 0.93);
	for (size_t k = 0; k < 5; k++) {
		struct dcc_parameters at = { bad[k][0], bad[k][1], target };

		assert_int_equal(dcc_filter(next, &table, &at), E_INPUT);
		assert_true(next[0] == 7.0);
	}
	arena_init(&arena, block, 9 * ASSETS * BARS - 1000);
	assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL), E_LIMIT);
	arena_init(&arena, block, 9 * ASSETS * BARS + 32);
	assert_int_equal(dcc_fit_table(&fit, &table, target, &arena, NULL), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gradient_is_that_of_differences),
		cmocka_unit_test(likelihood_is_the_definition),
		cmocka_unit_test(parameters_are_recovered),
		cmocka_unit_test(the_top_is_flat),
		cmocka_unit_test(constant_correlation_has_no_dynamics),
		cmocka_unit_test(filter_follows_the_definition),
		cmocka_unit_test(the_future_does_not_matter),
		cmocka_unit_test(holes_take_the_expectation),
		cmocka_unit_test(rows_that_part_still_correlate),
		cmocka_unit_test(collinear_assets_fit),
		cmocka_unit_test(outliers_and_constants_fit),
		cmocka_unit_test(one_asset_and_sixteen),
		cmocka_unit_test(bad_tables_are_a_status),
		cmocka_unit_test(bad_targets_are_a_status),
		cmocka_unit_test(bad_parameters_are_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
