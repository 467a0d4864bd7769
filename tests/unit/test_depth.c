/* test_depth.c -- depth against volatility: a law that was put in comes out, an
 * error worked out by hand, refusals, and the shares of paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/elementary.h"
#include "models/liquidity/depth.h"
#include "tests/support/points.h"

#define N 400

static uint8_t room[1 << 16] __attribute__((aligned(16)));

static enum status fit_of(struct depth_fit *out, const double *depth,
			  const double *volatility, size_t n)
{
	struct arena arena;

	arena_init(&arena, room, sizeof(room));
	return depth_elasticity_fit(out, depth, volatility, n, &arena);
}

/* Without noise the law is found whole, in any units. */
static void a_law_comes_out(void **state)
{
	double depth[N], volatility[N];
	struct depth_fit fit;

	(void)state;
	for (int k = 0; k < 50; k++) {
		double law = uniform(-1.0, 3.0), unit = uniform(1e-6, 1e9);

		for (size_t t = 0; t < N; t++) {
			volatility[t] = uniform(0.001, 0.2);
			depth[t] = unit *
				   elementary_pow(volatility[t], -law);
		}
		assert_int_equal(fit_of(&fit, depth, volatility, N), OK);
		assert_true(fabs(fit.elasticity - law) < 1e-11);
		assert_true(fit.error < 1e-11);
		assert_int_equal(fit.n, N);
		assert_int_equal(fit.lags, 5);
	}
}

/* x = -1, 1, -1, 1, ... and e = 1, 1, -1, -1, ...: sum x e = 0, so the slope
 * is the law's.  With n = 20 there are 2 lags; u = x e = -1, 1, 1, -1, ...
 *   lag 0: 20    lag 1: -1 +1 -1 ... over 19 pairs: -1    lag 2: -18
 * S = 20 + 2 (2/3 (-1) + 1/3 (-18)) = 20 / 3, squares = 20,
 * error = sqrt(20 / 3) / 20. */
static void the_error_is_worked_out_by_hand(void **state)
{
	double depth[20], volatility[20];
	struct depth_fit fit;

	(void)state;
	for (size_t t = 0; t < 20; t++) {
		double x = t % 2 ? 1.0 : -1.0, e = t % 4 < 2 ? 1.0 : -1.0;

		volatility[t] = elementary_exp(x);
		depth[t] = elementary_exp(3.0 - 0.5 * x + e);
	}
	assert_int_equal(fit_of(&fit, depth, volatility, 20), OK);
	assert_int_equal(fit.lags, 2);
	assert_true(fabs(fit.elasticity - 0.5) < 1e-14);
	assert_true(fabs(fit.log_depth - 3.0) < 1e-14);
	assert_true(fabs(fit.error - sqrt(20.0 / 3.0) / 20.0) < 1e-14);
}

/* Independent noise of deviation 0.3: estimates lie as far from the law as
 * their errors say. */
static void errors_are_of_the_right_size(void **state)
{
	double depth[N], volatility[N], within = 0.0;
	struct depth_fit fit;

	(void)state;
	for (int k = 0; k < 500; k++) {
		for (size_t t = 0; t < N; t++) {
			double e = 0.0;

			for (int i = 0; i < 12; i++)
				e += 0.3 * uniform(-0.5, 0.5);
			volatility[t] = uniform(0.01, 0.1);
			depth[t] = elementary_exp(e) *
				   elementary_pow(volatility[t], -0.6);
		}
		assert_int_equal(fit_of(&fit, depth, volatility, N), OK);
		within += fabs(fit.elasticity - 0.6) < 1.96 * fit.error;
	}
	assert_true(within > 455 && within < 492); /* of 475 expected */
}

static void bad_input_is_refused(void **state)
{
	static const double bad[] = { 0.0, -1.0, INFINITY, NAN };
	double depth[N], volatility[N], same[N];
	struct depth_fit fit = { .elasticity = 7.0 };
	struct arena arena;

	(void)state;
	for (size_t t = 0; t < N; t++) {
		depth[t] = uniform(1.0, 2.0);
		volatility[t] = uniform(1.0, 2.0);
		same[t] = 0.1;
	}
	assert_int_equal(fit_of(&fit, depth, volatility, 19), E_INPUT);
	assert_int_equal(fit_of(&fit, depth, volatility, 0), E_INPUT);
	assert_int_equal(fit_of(&fit, depth, same, N), E_INPUT);
	assert_int_equal(fit_of(&fit, same, volatility, N), E_INPUT);
	for (size_t k = 0; k < 4; k++) {
		double kept = depth[k];

		depth[k] = bad[k];
		assert_int_equal(fit_of(&fit, depth, volatility, N), E_INPUT);
		assert_int_equal(fit_of(&fit, volatility, depth, N), E_INPUT);
		depth[k] = kept;
	}
	arena_init(&arena, room, 16 * N);
	assert_int_equal(depth_elasticity_fit(&fit, depth, volatility, N,
					      &arena), OK);
	arena_init(&arena, room, 16 * N - 16);
	fit.elasticity = 7.0;
	assert_int_equal(depth_elasticity_fit(&fit, depth, volatility, N,
					      &arena), E_LIMIT);
	assert_true(fit.elasticity > 6.9);
	assert_int_equal(arena.used, 0);
}

#define PATHS 700
#define ASSETS 5
#define STEPS 27

struct sample {
	struct loss_paths paths;
	double ratios[PATHS * STEPS * ASSETS], deviation[ASSETS];
};

/* Steps of x deviations each way, times 1 + path / 100. */
static void fill(struct sample *s, size_t steps, size_t assets, double wider)
{
	s->paths = (struct loss_paths){ .path_count = PATHS,
					.step_count = steps,
					.asset_count = assets,
					.ratios = s->ratios };
	random_state = 99;
	for (size_t i = 0; i < assets; i++)
		s->deviation[i] = 0.01 * (double)(i + 1);
	for (size_t p = 0; p < PATHS; p++)
		for (size_t i = 0; i < assets; i++) {
			double log = 0.0, width = s->deviation[i] * wider *
						  (1.0 + (double)p / 100.0) /
						  sqrt((double)steps);

			for (size_t t = 0; t < steps; t++) {
				log += width * uniform(-1.7, 1.7);
				s->ratios[(p * steps + t) * assets + i] =
					elementary_exp(log);
			}
		}
}

/* The formula of the header, one value at a time, with logarithms. */
static double plain_share(const struct sample *s, size_t path,
			  const struct depth_law *law)
{
	size_t steps = s->paths.step_count, assets = s->paths.asset_count;
	double sum = 0.0, share;

	for (size_t t = 0; t < steps; t++)
		for (size_t i = 0; i < assets; i++) {
			const double *at = s->ratios +
					   (path * steps + t) * assets + i;
			double x = elementary_log(*at) -
				   (t ? elementary_log(*(at - assets)) : 0.0);

			sum += x * x / (law->deviation[i] * law->deviation[i] *
					(double)assets);
		}
	share = elementary_pow(sqrt(sum), -law->elasticity);
	share = share < law->floor ? law->floor : share;
	return share > 1.0 ? 1.0 : share;
}

static void shares_are_their_formula(void **state)
{
	static struct sample s;
	double shares[PATHS];

	(void)state;
	for (size_t steps = 1; steps <= STEPS; steps++)
		for (size_t assets = 1; assets <= ASSETS; assets++) {
			struct depth_law law = { 0.6, 0.4, s.deviation };
			size_t whole = 0, least = 0;

			fill(&s, steps, assets, 1.0);
			depth_shares(shares, &s.paths, &law, NULL);
			for (size_t p = 0; p < PATHS; p++) {
				double plain = plain_share(&s, p, &law);

				/* sinh for x: at most x^2 / 12 more */
				assert_true(shares[p] <= plain + 1e-12);
				assert_true(shares[p] > plain * 0.97);
				whole += shares[p] >= 1.0;
				least += shares[p] <= law.floor;
			}
			assert_true(whole && least);
		}
}

static void run_backwards(void *context, void (*task)(void *, size_t),
			  void *task_context, size_t count)
{
	(void)context;
	while (count-- > 0)
		task(task_context, count);
}

static void shares_do_not_depend_on_the_order(void **state)
{
	static struct sample s;
	const struct parallel backwards = { run_backwards, NULL, 2 };
	struct depth_law law = { 0.6, 0.1, s.deviation };
	double a[PATHS], b[PATHS];

	(void)state;
	fill(&s, STEPS, ASSETS, 1.0);
	depth_shares(a, &s.paths, &law, NULL);
	depth_shares(b, &s.paths, &law, &backwards);
	assert_memory_equal(a, b, sizeof(a));
}

/* Wider moves, more elasticity or a lower floor never leave more. */
static void wilder_paths_never_leave_more(void **state)
{
	static struct sample s;
	double now[PATHS], last[PATHS];

	(void)state;
	for (size_t p = 0; p < PATHS; p++)
		last[p] = 1.0;
	for (double wider = 0.1; wider < 60.0; wider *= 1.3) {
		struct depth_law law = { 0.6, 0.1, s.deviation };

		fill(&s, STEPS, ASSETS, wider);
		depth_shares(now, &s.paths, &law, NULL);
		for (size_t p = 0; p < PATHS; p++)
			assert_true(now[p] <= last[p] && now[p] >= law.floor);
		memcpy(last, now, sizeof(last));
		law.elasticity = 0.7;
		depth_shares(now, &s.paths, &law, NULL);
		for (size_t p = 0; p < PATHS; p++)
			assert_true(now[p] <= last[p]);
	}
}

static void what_says_nothing_leaves_everything(void **state)
{
	static struct sample s;
	struct depth_law none = { 0.0, 0.1, s.deviation };
	struct depth_law law = { 0.6, 0.1, s.deviation };
	double shares[PATHS];

	(void)state;
	fill(&s, STEPS, ASSETS, 20.0);
	depth_shares(shares, &s.paths, &none, NULL);
	for (size_t p = 0; p < PATHS; p++)
		assert_true(shares[p] >= 1.0);
	s.ratios[3] = 0.0; /* a price of nothing: as thin as can be */
	depth_shares(shares, &s.paths, &law, NULL);
	assert_true(shares[0] <= law.floor);
	memset(s.deviation, 0, sizeof(s.deviation));
	depth_shares(shares, &s.paths, &law, NULL);
	for (size_t p = 0; p < PATHS; p++)
		assert_true(shares[p] >= 1.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_law_comes_out),
		cmocka_unit_test(the_error_is_worked_out_by_hand),
		cmocka_unit_test(errors_are_of_the_right_size),
		cmocka_unit_test(bad_input_is_refused),
		cmocka_unit_test(shares_are_their_formula),
		cmocka_unit_test(shares_do_not_depend_on_the_order),
		cmocka_unit_test(wilder_paths_never_leave_more),
		cmocka_unit_test(what_says_nothing_leaves_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
